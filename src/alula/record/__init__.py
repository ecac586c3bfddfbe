"""Record: everything that a person or a firm does, as xAPI statements, in one order, for many readers.

Words
  statement   who did what to which activity, with result and context (xAPI 1.0.3 / 2.0)
  position    the place of a statement in the one order; never skipped, never given twice
  reader      a named function with a cursor; receives statements in order, at least once, and writes its projection and
              its cursor in one transaction, so its effect is exactly once
  lag         how many statements, and how many seconds, a reader is behind

Must never: hold audio, video, face values or free text of a coaching session; lose or double an acknowledged statement;
know any domain above.
"""
