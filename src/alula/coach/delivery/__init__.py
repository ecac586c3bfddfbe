"""How it was said: from the audio of a talk to five delivery scores and fluency, each point with its second.

pitch        F0 and level every 10 ms (Boersma 1993), on numpy alone
nuclei       the syllables that can be heard
syllables    the syllables that can be read, and filler words
prosody      measure(): all of that for one turn, as the value `Prosody`; the audio may be deleted afterwards
plateaus     what counts as good: a named trapezoid per feature, per language, overridable
baseline     the trainee's own voice, from three sessions on: it moves the plateaus
talk         the turns on one clock: replies, gaps, overlaps
dimensions   response speed, tone, infectiousness, affinity, attitude, fluency: from measures to parts
wording      what a finding says, in both languages
score        score_delivery(): a pure function of all this

Coaching hints, not measurements of a person: human raters agree on such things with a kappa of about 0.2
(docs/coach/delivery.md). No emotion is inferred.
"""
