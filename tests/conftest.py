"""Servers with the demo's people in them."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest
from serving import Server

QUICK = {
    "DJANGO_SETTINGS_MODULE": "quick_passwords",
    "PYTHONPATH": os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH")))),
}


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory):
    """The demo, made once, even by several runs beside each other (ALULA_TEST_DEMO); every server gets a copy."""
    shared = os.environ.get("ALULA_TEST_DEMO")
    folder = Path(shared) if shared else tmp_path_factory.mktemp("demo")
    with (folder / "being-made").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            Server(folder, **QUICK).command("demo")
            (folder / "made").touch()
    return folder


@pytest.fixture(scope="session")
def open_server(demo_data, tmp_path_factory):
    """Starts a server with a demo of its own, so that what one module's tests change is nobody else's."""

    def started(name, **settings):
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(demo_data, folder, dirs_exist_ok=True)
        return Server(folder, **QUICK, **settings).start()

    return started
