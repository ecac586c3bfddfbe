"""Run the tests as five pytest processes beside each other.

    python tools/side_by_side.py -- ARGUMENTS OF PYTEST

Talks in a browser last as long as talks do and wait for most of it; servers that are killed and browsers that load pages
wait as well, and the units for the disk. All of it takes as long as the longest part. Prints each part's
output when it has ended; exit code 1 when any of them failed.

Dozens of processes are started, and each would compile everything it imports again where Python is told to write no
bytecode: here it is kept, beside the packages of the environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BYTECODE = Path(sys.prefix) / "bytecode"
TALKS, LINES = "tests/browser/test_spoken_talk.py", "tests/browser/test_flaky_line.py"
SERVERS = (
    "tests/browser", "tests/test_stream.py", "tests/test_forwarding.py", "tests/test_fuzz_xapi.py", "tests/test_demo_statements.py",
)  # fmt: skip
PARTS = {
    "units": ["src", "tests", "--ignore=src/alula/coach", *(f"--ignore={one}" for one in SERVERS)],
    "coach": ["src/alula/coach"],
    "servers and pages": [*SERVERS, f"--ignore={TALKS}", f"--ignore={LINES}"],
    "talks": [TALKS],
    "lines": [LINES],
}


def main() -> int:
    """Start all parts, wait for all of them."""
    given = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        demo.mkdir()
        environment = {**os.environ, "ALULA_TEST_DEMO": str(demo), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        running = {}
        for name, paths in PARTS.items():
            log = (Path(folder) / f"{name}.log").open("w+", encoding="utf-8")
            data = Path(folder) / name  # a test database of its own
            data.mkdir()
            command = [sys.executable, "-m", "pytest", *given, *paths]
            running[name] = (
                log,
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env={**environment, "ALULA_DATA": str(data)},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                ),
            )
        failed = False
        while running:
            time.sleep(0.5)
            for name in [name for name, (_, process) in running.items() if process.poll() is not None]:
                log, process = running.pop(name)
                failed |= process.returncode != 0
                log.seek(0)
                print(f"== {name}, {time.monotonic() - began:.0f} s\n{log.read()}", flush=True)
                log.close()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
