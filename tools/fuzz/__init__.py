"""Fuzzing of the xAPI interface: valid statements, what breaks them, and the client that sends both."""
