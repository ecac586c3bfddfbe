"""Coach: staff practise a customer talk by voice and get a score that quotes what was said.

Words
  scenario    a versioned YAML file: persona, product sheet, key points, stages, the customer's acts, rubric
  session     one practice of one scenario by one person (an attempt); it holds turns
  turn        one thing said, by the trainee or by the customer; numbered from 0, never rewritten
  act         a thing the customer can do (ask, object, test, signal, chat, buy, walk away), with several phrasings
  intent      what the trainee did with a turn, recognised by a model trained from the scenario's own examples
  key point   what a good talk must say, with its weight and the facts that go with it
  fact        a typed line of the product sheet (money, percent, number, range, date, duration, yes/no)
  finding     points won or lost under a named rule, with the turn and words or the second they rest on
  report      content score, delivery score, findings, advice: a pure function of scenario and conversation

Must never: put the rubric into the customer's mouth; score emotion; let audio, face values or what was said into the
record; give two answers for the same input.
"""
