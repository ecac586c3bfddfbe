"""The score: a pure function of a scenario and a conversation. No clock, no database, no randomness.

score          a talk to its report
registry       scoring dimensions: ours use the same door as others' (entry point group "alula.coach.dimensions")
completeness   完整性: the weighted share of the key points
logic          逻辑性: order, answers, focus, contradictions (order, answers)
accuracy       准确性: right claims against wrong ones
advice         what to practise next, and the sentence at the head
report         the types of the report
wording        sentences in both languages; tenths: exact arithmetic, shown to one decimal
"""
