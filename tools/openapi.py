"""Write docs/openapi.json from the routes, or with --check say when it is stale."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alula.site.settings")

import django

django.setup()

from alula.site.urls import api  # noqa: E402 - needs Django's registry

FILE = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def main() -> None:
    """Write or check the document."""
    text = (
        json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"
    )
    if "--check" not in sys.argv:
        FILE.write_text(text)
    elif not FILE.exists() or FILE.read_text() != text:
        sys.exit("docs/openapi.json is stale: run `make types` and commit what changed.")


if __name__ == "__main__":
    main()
