"""See that the named Debian packages are there; install them when we may, say what to type when we may not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# What shows that a package is there, on any system; a package without an entry is asked of dpkg.
PROGRAMS = {
    "espeak-ng": ("espeak-ng",),
    "chromium-headless-shell": ("chromium-headless-shell",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
}


def present(package: str) -> bool:
    """Whether the package, or the program that it is wanted for, is on this machine."""
    if package in PROGRAMS:
        return any(shutil.which(program) for program in PROGRAMS[package])
    if package == "postgresql":
        return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb") is not None
    if not shutil.which("dpkg"):
        return True
    return subprocess.run(["dpkg", "-s", package], check=False, capture_output=True).returncode == 0


def main() -> None:
    """Install what is missing of the packages named on the command line."""
    missing = [package for package in sys.argv[1:] if not present(package)]
    if not missing:
        return
    apt = shutil.which("apt-get")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else None
    if apt is None or sudo is None:
        sys.exit(
            f"Please install: {' '.join(missing)}  (Debian/Ubuntu: sudo apt-get install {' '.join(missing)})"
        )
    print(f"setup: installing {' '.join(missing)}", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*sudo, apt, "-qq", "update"], check=False, stdout=subprocess.DEVNULL, env=env)
    done = subprocess.run(
        [*sudo, apt, "-qq", "install", "-y", "--no-install-recommends", *missing],
        check=False, stdout=subprocess.DEVNULL, env=env,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"Please install: sudo apt-get install {' '.join(missing)}")


if __name__ == "__main__":
    main()
