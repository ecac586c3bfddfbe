"""Old months of the record as Parquet files: written, verified, and only then taken out of the table, if wanted.

Words: a *partition* is the statements of one tenant stored in one month (UTC), in one file; the *tail* is what stands in
the table alone. A query reads both as one. The record stays append-only: a partition is never changed once its statements
have been removed from the table.
"""
