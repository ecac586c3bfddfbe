"""What the trainee meant by a turn, as far as code can tell: the same reading serves the customer and the scores.

normalise   one spelling for the same thing: full-width, case, Chinese numerals and units (一百万 = 100万 = 1,000,000)
claims      typed facts said in a turn, held against the product sheet, with negation
points      key points and forbidden claims found in a turn, with the words that show them
intents     the linear n-gram model trained from the scenario's examples
reading     all of these together for one turn
"""
