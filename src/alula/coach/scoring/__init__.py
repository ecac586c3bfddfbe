"""The score: a pure function of a scenario and a conversation. No clock, no database, no randomness.

report     the types of the report and how the parts are put together (`score`)
registry   scoring dimensions: a built-in uses the same door as a third party's (entry point group "alula.coach.dimensions")
"""
