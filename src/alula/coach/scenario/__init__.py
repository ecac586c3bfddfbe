"""What a scenario file holds, how it is read and refused, and its published JSON Schema.

model      the file as types
load       from a file or text to a scenario, or every problem with its line and field; the shipped scenarios
nodes      from text to YAML nodes that know their line, and no YAML trickery
build      from nodes to the model's types
rules      what the file has to mean beyond its shape (graph: circles, acts out of reach)
problems   what can be wrong, said in both languages
schema     the JSON Schema for editors and other tools
"""
