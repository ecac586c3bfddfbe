"""xAPI 1.0.3 and 2.0 over HTTP: what other systems write into and read from a tenant's record.

Words
  credential  what a system signs its requests with; belongs to one tenant and has scopes
  authority   the credential as an agent: it stands in every statement that came through it
  document    what the State, Activity Profile and Agent Profile resources keep: bytes with a content type and an ETag

Lean on purpose: no ORM, no Django view. A request is read asynchronously and answered in a thread, in SQL through the
record's own modules.
"""
