"""Engines: ports to the outside and their adapters, each chosen by a setting, all of a port passing one conformance test.

Must never know a domain: what travels through a port is bytes, texts and numbers.
"""
