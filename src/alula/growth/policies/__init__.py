"""Policies and finance products as data with their sources, and which of them a firm may use. Amounts are never promises."""
