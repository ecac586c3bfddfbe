"""What the trainee meant by a turn, as far as code can tell: the same reading serves the customer and the scores.

normalise    one spelling for the same thing: full-width, case, punctuation, and the way back to what was said
numerals     numbers in digits, Chinese numerals (numerals_english: in English words); number: what one is
quantities   numbers with their units, ranges and bounds (units, dates): 一百万 = 100万 = 1,000,000
negation     what stands under a negation, and what asks rather than states
sheet        the product sheet made ready for comparing
mentions     what a turn mentions: subjects of the sheet, quantities, clauses that state something
claims       typed facts said in a turn, held against the product sheet (statements: those that are true or not)
points       key points and forbidden claims found in a turn, with the words that show them
injection    words that address the scoring instead of the customer
intents      the linear n-gram model trained from the scenario's examples (ngrams, ridge, seeds)
reading      the types of all these for one turn
read         makes them: read(), read_all()
"""
