"""The lean path: how many statements a second become durable on one core (docs/decisions/0009-lean-path.md).

Words
  recognise   say of a statement's JSON, mostly from parts seen before, that it is valid, without making objects of it
  prepared    a request whose statements are all valid and are rows by now
  group       prepared requests that are committed together; each is stored whole or not at all
"""
