"""Make .venv: the one environment that every make target uses. Plain Python, runs before anything is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"


def make_venv() -> None:
    """Create the environment, with Debian's python3-venv installed when it is missing and we may install it."""
    if (VENV / "bin" / "python").exists() and (VENV / "bin" / "pip").exists():
        return
    if subprocess.run([sys.executable, "-m", "venv", VENV], check=False, capture_output=True).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, ROOT / "tools" / "system_packages.py", "python3-venv"], check=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def install(*wanted: str) -> None:
    """Install with pip inside the environment, at the versions of constraints.txt."""
    command = [
        VENV / "bin" / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "-q",
        "install",
        "--no-compile",
    ]
    subprocess.run([*command, "-c", "constraints.txt", *wanted], check=True, cwd=ROOT, env=os.environ)


def main() -> None:
    """Install Alula itself, editable, with the extras named on the command line (postgres, test, check)."""
    if sys.version_info < (3, 11):
        sys.exit(f"Alula needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    print("setup: environment in .venv", flush=True)
    make_venv()
    extras = f"[{','.join(sys.argv[1:])}]" if sys.argv[1:] else ""
    print("setup: dependencies (a minute or two the first time)", flush=True)
    install("hatchling", "editables")
    install("--no-build-isolation", "-e", f".{extras}")


if __name__ == "__main__":
    main()
