"""What `alula doctor` says: every engine in use, whether it works, and what to do when it does not."""

from __future__ import annotations

import json

import click

from alula.coach.checks import check as coach_check
from alula.engines.checks import checks as engine_checks
from alula.kernel.checks import Check
from alula.kernel.texts import pick
from alula.people.checks import check as people_check
from alula.record.checks import check as record_check
from alula.site.asgi import WEB


def web_check() -> list[Check]:
    """The web app is built."""
    built = (WEB / "index.html").is_file()
    detail = {"zh": "网页已构建。", "en": "The web app is built."}
    missing = {"zh": "网页尚未构建，请运行 make web。", "en": "The web app is not built. Run: make web"}
    return [Check(name="web", ok=built, detail=detail if built else missing)]


def every_check() -> list[Check]:
    """What every floor says of itself."""
    engines = [Check(f"{one.port}: {one.engine}", one.ok, one.detail) for one in engine_checks()]
    return [*web_check(), *engines, *record_check(), *people_check(), *coach_check()]


def examine(language: str, *, as_json: bool) -> int:
    """Print every check; 1 when one of them failed."""
    checks = every_check()
    if as_json:
        click.echo(
            json.dumps(
                [{"name": c.name, "ok": c.ok, "detail": dict(c.detail)} for c in checks], ensure_ascii=False
            )
        )
    else:
        for one in checks:
            click.echo(f"{'ok ' if one.ok else 'NOT'}  {one.name:24} {pick(one.detail, language)}")
    return 0 if all(one.ok for one in checks) else 1
