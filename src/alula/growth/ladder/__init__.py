"""The ladder without a database: tiers and titles, the workflow, dates to think of, candidates, lists of firms."""
