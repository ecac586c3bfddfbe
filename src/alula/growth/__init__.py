"""Growth: a firm sees which tier of the national ladder it meets today, what is missing and by how much.

Words
  firm        the company that is assessed; what it states about itself are its facts
  facts       raw yearly amounts in 10,000 yuan, dated lists (rights, equity, honours, institutions, titles), entry facts
  tier        innovative (创新型), provincial (专精特新), giant (小巨人); beside them tech (科技型) and digital (数字化水平)
  rule        one version of one tier's standard: a YAML file with its effective dates, clauses and points
  overlay     what a yearly notice or a province changes in a rule for a time, a batch or a place
  clause      one condition, with its article, its words, its source and how certain the source is
  state       met, unmet, unknown, human (a person has to judge), not_applicable
  mark        V read in a source, V2 in two, 2nd only second-hand, M from memory
  ask         a fact that can still change the outcome
  case        a written example beside a rule: these facts, this answer

Must never: say "pass" while anything that is needed is unknown; take an absent fact for zero, or zero for absent; guess
where a person must judge; forget which version of a rule gave an answer; promise money.
"""
