"""Ralph's API with a storage that does nothing: what no Ralph backend can exceed. Run by Ralph's own Python.

python record_ralph.py PORT
"""

import sys

import uvicorn
from ralph.api import app
from ralph.api.routers import statements


class Nothing(type(statements.BACKEND_CLIENT)):
    """Finds nothing and keeps nothing, at once."""

    def query_statements_by_ids(self, ids, target=None):  # noqa: ARG002 - Ralph's own signature
        """Nothing is there."""
        return iter(())

    def write(self, data, **options):  # noqa: ARG002 - as above
        """All is written."""
        return len(list(data))


statements.BACKEND_CLIENT.__class__ = Nothing

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
