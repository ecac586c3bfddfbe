"""Services to firms, as plain logic: kinds of service, the way of a request, matching, calendars, papers. No rows here."""
