"""`alula growth ...`: assess a firm from a file, look at the rules. Needs no database."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import click
import msgspec

from alula.growth.engine.assess import assess
from alula.growth.engine.measures import Firm
from alula.growth.engine.size import size
from alula.growth.facts import Facts, load_facts_file
from alula.growth.policies.match import match, match_report
from alula.growth.presenting import report, size_report
from alula.growth.reading import FileProblems
from alula.growth.rulebook.casebook import run_cases
from alula.growth.rulebook.diff import differences, find_rule
from alula.growth.rulebook.load import FOLDER, parse, shipped
from alula.growth.rulebook.model import Kind, Tier
from alula.growth.rulebook.mutation import mutate
from alula.kernel import clock
from alula.kernel.texts import pick

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_SIGN = {"met": "✓", "unmet": "✗", "unknown": "?", "human": "…", "not_applicable": "–"}


@click.group()
def growth() -> None:
    """Assess a firm on the ladder, look at the rules."""


def _language() -> str:
    return "zh" if click.get_current_context().find_root().params.get("lang", "zh") == "zh" else "en"


def _facts(path: str) -> Facts:
    try:
        return load_facts_file(Path(path))
    except FileProblems as problems:
        raise click.ClickException("\n".join(problems.lines(_language()))) from problems


def _write(data: dict[str, Any]) -> None:
    sys.stdout.buffer.write(_ENCODER.encode(data) + b"\n")
    sys.stdout.buffer.flush()


_day = click.DateTime(["%Y-%m-%d"])


def _today(day: datetime | None) -> date:
    return day.date() if day else clock.now().date()


@growth.command("assess")
@click.argument("facts")
@click.option("--tier", required=True, type=click.Choice(get_args(Tier)), help="Which standard.")
@click.option("--as-of", "day", type=_day, help="Day of application; today when not given.")
@click.option("--kind", default="new", type=click.Choice(get_args(Kind)), help="New application or review.")
@click.option("--batch", type=int, help="Batch of the national notice.")
@click.option("--place", help="Administrative code, such as 44 or 4401; the firm's own when not given.")
@click.option("--json", "as_json", is_flag=True, help="The whole assessment for programs.")
def assess_command(  # noqa: PLR0917 - click hands over one parameter per option
    facts: str,
    tier: Tier,
    day: datetime | None,
    kind: Kind,
    batch: int | None,
    place: str | None,
    *,
    as_json: bool,
) -> None:
    """Judge a firm (FACTS.yaml) by the rule in force on a day."""
    found = report(assess(_facts(facts), tier, _today(day), kind=kind, batch=batch, place=place))
    if as_json:
        _write(found)
    else:
        _print(found, _language())


def _print(found: dict[str, Any], language: str) -> None:
    over = "".join(f" + {one}" for one in found["overlays"])
    click.echo(f"{found['rule']}{over}  {pick(found['title'], language)}  {found['as_of']}")
    click.echo(f"{found['outcome']}" + (f"  ({found['path']})" if found["path"] else ""))
    for clause in found["clauses"]:
        bound = clause["bound"]
        line = f"  {_SIGN[clause['state']]} {clause['article']}  {pick(clause['text'], language)}"
        if bound:
            shown = "?" if clause["value"] is None else clause["value"]
            period = f", {clause['period']}" if clause["period"] else ""
            line += f"  [{shown} {bound['op']} {bound['value']}{period}]"
        click.echo(line)
    for item in found["items"]:
        click.echo(f"    {item['points']} / {item['most']}  {pick(item['text'], language)}")
    for ask in found["asks"]:
        click.echo(f"  ? {ask['fact']}: {pick(ask['question'], language)}")


@growth.command("size")
@click.argument("facts")
@click.option("--as-of", "day", type=_day, help="Day of application; today when not given.")
@click.option("--json", "as_json", is_flag=True, help="With every limit, for programs.")
def size_command(facts: str, day: datetime | None, *, as_json: bool) -> None:
    """Say whether a firm is micro, small, medium or large (SIZE-2011)."""
    found = size_report(size(Firm(_facts(facts), _today(day), "new")))
    if as_json:
        _write(found)
    else:
        click.echo(found["size"] or "/".join(found["possible"]))


@growth.command("match")
@click.argument("facts")
@click.option("--as-of", "day", type=_day, help="On which day; today when not given.")
@click.option("--json", "as_json", is_flag=True, help="With conditions and sources, for programs.")
def match_command(facts: str, day: datetime | None, *, as_json: bool) -> None:
    """Say which policies and finance products a firm may use, and what is missing for the others."""
    found = match_report(match(_facts(facts), _today(day)), _today(day))
    if as_json:
        _write(found)
        return
    for one in found["matches"]:
        if one["state"] != "not":
            click.echo(
                f"{one['state']:9}{pick(one['title'], _language())}: {pick(one['benefit'], _language())} [{one['mark']}]"
            )


@growth.group("rules")
def rules_group() -> None:
    """Look at the rule files."""


@rules_group.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--mutate", "mutating", is_flag=True, help="Also change every bound once and see that a case fails."
)
def rules_check(files: tuple[str, ...], *, mutating: bool) -> None:
    """Read rule files strictly and run the cases beside them; the shipped ones when none is named."""
    try:
        for name in files or sorted(str(one) for one in FOLDER.glob("*.yaml")):
            rule = parse(Path(name).read_text("utf-8"), Path(name).name)
            click.echo(
                f"{rule.id} {rule.version}  {pick(msgspec.to_builtins(rule.title), _language())}  [{rule.mark}]"
            )
    except FileProblems as problems:
        raise click.ClickException("\n".join(problems.lines(_language()))) from problems
    if files:
        return
    results = run_cases(shipped())
    failed = [f"{one.name}: {one.failure}" for one in results if one.failure]
    for line in failed:
        click.echo(line)
    click.echo(f"cases {len(results)}  failed {len(failed)}")
    if mutating:
        score = mutate()
        for line in score.survivors:
            click.echo(f"survived: {line}")
        click.echo(
            f"mutants {score.total}  caught {score.total - len(score.survivors)}  score {score.percent} %"
        )
        failed += score.survivors
    if failed:
        sys.exit(1)


@rules_group.command("diff")
@click.argument("old")
@click.argument("new")
def rules_diff(old: str, new: str) -> None:
    """Print what differs between two rules, and between the other tiers of the same documents."""
    language = _language()
    shown = ""
    for row in differences(find_rule(old), find_rule(new)):
        if row.old_rule != shown:
            click.echo(("\n" if shown else "") + f"| | {row.old_rule} | {row.new_rule} |\n|---|---|---|")
            shown = row.old_rule
        topic, before, after = (
            pick({"zh": one.zh, "en": one.en}, language) for one in (row.topic, row.old, row.new)
        )
        click.echo(f"| {topic} | {before} | {after} |")
