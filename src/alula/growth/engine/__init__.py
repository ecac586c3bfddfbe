"""The evaluator: a rule and a firm's facts give five-state clauses, points and an outcome. Pure, exact, explained."""
