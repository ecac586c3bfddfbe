"""The rules as files (`rules/`), the cases that hold them (`cases/`), and the strict reader of both."""
