"""The virtual customer: acts walked by code. The same seed and words give the same talk, always.

state    interest, trust, patience, open objections, what was done and said: an immutable value
engine   begin(), respond(), replay(): from a state and a reading to the next act and its phrasing
"""
