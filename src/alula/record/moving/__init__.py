"""Statements on the move: import from files, export to files, forwarding to another record store.

Words: a *transfer* is one import, export or made-up year with its place, so that it goes on where it stopped; a
*forwarding* is a standing order to send what is written to another store. Nothing here changes a stored statement.
"""
