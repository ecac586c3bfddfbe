"""Every read of growth. A firm's rows are obtained only through `visible_to` of `queries/firms.py`."""
