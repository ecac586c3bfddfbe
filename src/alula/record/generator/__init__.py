"""Years of training that behave like real ones, made up: for demonstrations, for load, for tests of what reads the record.

Words: a *trainee* is a made-up person, a *habit* is a function that yields what a trainee does on a day, a *year* is one
run of the generator with its seed. It must never be mistaken for real data: it goes only where somebody asked for it.
"""
