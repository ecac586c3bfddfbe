"""The floors hold, and what is written down is true."""

import re
import subprocess
import sys
from pathlib import Path

from alula.kernel.errors import sentences
from alula.kernel.settings import declared
from alula.site import asgi, cli, demo, urls  # noqa: F401 - they declare settings and sentences

ROOT = Path(__file__).resolve().parent.parent


def test_a_room_imports_only_from_floors_below():
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_two_files_of_tests_have_the_same_name():
    names = [file.name for folder in ("src", "tests") for file in (ROOT / folder).rglob("test_*.py")]
    assert sorted(names) == sorted(set(names)), "pytest takes the second one for the first"


def test_every_refusal_has_its_sentence_in_both_languages():
    used = set()
    for file in (ROOT / "src").rglob("*.py"):
        if "/tests/" not in file.as_posix():
            used |= set(re.findall(r'Refusal\(\s*"([a-z_.]+)"', file.read_text()))
    assert used
    for code in sorted(used):
        assert code in sentences, f"{code} has no sentence"
        assert sentences[code].get("zh"), code
        assert sentences[code].get("en"), code


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "settings.md").read_text()
    for name in declared:
        if not name.startswith("ALULA_TEST_"):
            assert f"`{name}`" in text, f"{name} is missing from docs/settings.md"


def test_every_command_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text()

    def walk(group, path):
        for name, command in group.commands.items():
            assert f"`{' '.join([*path, name])}" in text, (
                f"{' '.join([*path, name])} is missing from docs/commands.md"
            )
            if hasattr(command, "commands"):
                walk(command, [*path, name])

    walk(cli.cli, ["alula"])
