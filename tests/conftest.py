"""Servers with the demo's people in them."""

from __future__ import annotations

import shutil

import pytest
from serving import Server


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory):
    """The demo, made once; every server gets a copy."""
    one = Server(tmp_path_factory.mktemp("demo"))
    one.command("demo")
    return one.folder


@pytest.fixture(scope="session")
def open_server(demo_data, tmp_path_factory):
    """Starts a server with a demo of its own, so that what one module's tests change is nobody else's."""

    def started(name, **settings):
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(demo_data, folder, dirs_exist_ok=True)
        return Server(folder, **settings).start()

    return started
