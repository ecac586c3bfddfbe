"""The self-test without a database: which questions, in which order, what an answer changes, what follows from the result."""
