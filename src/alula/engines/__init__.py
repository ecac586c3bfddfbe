"""Engines: ports to the outside and their adapters.

files      bytes by key: a folder
health     one line of `alula doctor` for one port
checks     the lines of all ports
speech/    hearing and speaking: voice activity, end of turn, synthesis, recognition, audio as numbers

A port is a small protocol, its adapter is named by a setting, and all its adapters pass one conformance test.

Must never know a domain: what travels through a port is bytes, texts and numbers.
"""
