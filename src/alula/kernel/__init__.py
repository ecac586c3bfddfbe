"""The ground floor: a closed list of small modules that every other floor uses and that import nothing of ours.

actor      who is asking, as a value
checks     what a self-check says
clock      the time, replaceable in tests
db         what the two databases do differently
errors     refusals: one exception, one problem+json form, messages in both languages
http       what every HTTP route shares: the API's language, cursor pages
ids        time-ordered identifiers
jobs       work that must run after a commit, and again if its worker dies
settings   every ALULA_* variable, typed and documented where it is used
texts      a text in several languages

A module is added here by a decision (docs/decisions/), never because it had no better place.
"""
