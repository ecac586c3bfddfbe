"""`alula coach ...`: score a recorded talk, check scenario files, talk in the terminal. Needs no database."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from alula.coach.assessment import assess
from alula.coach.conversation import Conversation, Turn
from alula.coach.conversation_files import load_conversation
from alula.coach.customer.engine import begin, respond
from alula.coach.customer.rehearse import Rehearsal, rehearse
from alula.coach.delivery.prosody import measure
from alula.coach.scenario.load import builtin, check_file, load_file
from alula.coach.scenario.model import Level, Scenario
from alula.coach.scenario.problems import Problem, ScenarioErrors
from alula.coach.scoring.report import Report
from alula.coach.understanding.read import read
from alula.kernel.texts import pick


@click.group()
def coach() -> None:
    """Practise, score and check scenarios."""


def _language() -> str:
    return "zh" if click.get_current_context().find_root().params.get("lang", "zh") == "zh" else "en"


def _scenario(name: str) -> Scenario:
    """The scenario of a file, or one that ships, by its id.

    Raises:
        click.ClickException: with every problem of the file, by line.
    """
    shipped = {one.id: one for one in builtin()}
    if name in shipped:
        return shipped[name]
    if not Path(name).is_file():
        raise click.ClickException(
            f"{name}: no such file, and no shipped scenario of that id ({', '.join(shipped)})"
        )
    try:
        return load_file(Path(name))
    except ScenarioErrors as errors:
        lines = [_problem_line(errors.name, one, _language()) for one in errors.problems]
        raise click.ClickException("\n".join(lines)) from errors


def _problem_line(name: str, problem: Problem, language: str) -> str:
    """One line as compilers write them: file:line:column: field: what is wrong."""
    message = problem.message.zh if language == "zh" else problem.message.en
    return f"{name}:{problem.line}:{problem.column}: {problem.severity}: {problem.field}: {message}"


@coach.command("score")
@click.argument("conversation")
@click.option(
    "--scenario", "scenario_name", required=True, help="A scenario file, or the id of a shipped one."
)
@click.option("--json", "as_json", is_flag=True, help="The whole report for programs.")
def score_command(conversation: str, scenario_name: str, *, as_json: bool) -> None:
    """Score a recorded talk: a JSON file, or a folder with conversation.json and WAV files."""
    scenario = _scenario(scenario_name)
    talk = load_conversation(Path(conversation), scenario.language, measure)
    report = assess(scenario, talk)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    else:
        _print_report(report, _language())


def _print_report(report: Report, language: str) -> None:
    click.echo(pick(msgspec.to_builtins(report.headline), language))
    click.echo(f"total {report.total}  {'passed' if report.passed else 'not passed'}")
    for part in (report.content, report.delivery):
        for name, value in msgspec.to_builtins(part).items() if part else ():
            click.echo(f"  {name:16} {'-' if value is None else value}")
    for blocker in report.blockers:
        click.echo(f"  ! {pick(msgspec.to_builtins(blocker.title), language)}: {blocker.evidence.quote}")
    for number, one in enumerate(report.advice, 1):
        click.echo(f"  {number}. {pick(msgspec.to_builtins(one), language)}")


@coach.group("scenarios")
def scenarios() -> None:
    """Scenario files."""


@scenarios.command("list")
def list_command() -> None:
    """The scenarios that ship."""
    for one in builtin():
        click.echo(f"{one.id:32} v{one.version}  {pick(msgspec.to_builtins(one.title), _language())}")


@scenarios.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--rehearse", "talks", default=0, help="Also hold so many talks with scripted trainees.")
def check_command(file: str, talks: int) -> None:
    """Say everything that is wrong with a file, by line and field."""
    checked, language = check_file(Path(file)), _language()
    for problem in checked.problems:
        click.echo(_problem_line(checked.name, problem, language), err=True)
    if checked.scenario is None:
        raise click.exceptions.Exit(2)
    scenario = checked.scenario
    size = f"{len(scenario.customer.acts)} acts, {len(scenario.key_points)} key points"
    click.echo(f"{file}: ok ({scenario.id} v{scenario.version}, {size})")
    if talks:
        _print_rehearsal(rehearse(scenario, seeds=talks))


def _print_rehearsal(done: Rehearsal) -> None:
    for one in done.outcomes:
        shares = f"bought {one.bought:.0%}, walked away {one.walked_away:.0%}, undecided {one.undecided:.0%}"
        click.echo(f"  {one.trainee:12} {one.level:7} {shares}, {one.turns:.1f} turns")
    lists = {
        "never reached": done.never_reached,
        "said twice in one talk": [phrase for phrase, _ in done.said_twice],
        "in more than one act": done.shared,
        "topics missed": [topic for topic, _ in done.topics_missed],
        "points never heard": done.never_heard,
        "answers seldom understood": done.seldom_answered,
    }
    for name, items in lists.items():
        if items:
            click.echo(f"  {name}: {', '.join(items)}")


@coach.command("talk")
@click.option(
    "--scenario", "scenario_name", required=True, help="A scenario file, or the id of a shipped one."
)
@click.option("--level", type=click.Choice(["easy", "normal", "hard"]), default="normal")
@click.option("--seed", type=int, default=0, help="The same seed and the same words give the same talk.")
def talk_command(scenario_name: str, level: Level, seed: int) -> None:
    """Hold a talk in the terminal; an empty line ends it and prints the report."""
    scenario = _scenario(scenario_name)
    step = begin(scenario, level=level, seed=seed)
    turns = [Turn(speaker="customer", text=step.text, act=step.act)]
    while step.state.ending is None:
        click.echo(f"{scenario.persona.name}: {step.text}")
        text = click.prompt(">", default="", show_default=False, prompt_suffix=" ").strip()
        if not text:
            break
        turns.append(Turn(speaker="trainee", text=text, typed=True))
        step = respond(scenario, step.state, read(scenario, text, asked=step.act), text)
        turns.append(Turn(speaker="customer", text=step.text, act=step.act))
    if step.state.ending is not None:
        click.echo(f"{scenario.persona.name}: {step.text}  [{step.state.ending}]")
    if len(turns) > 1:
        _print_report(
            assess(scenario, Conversation(turns=tuple(turns), scenario=scenario.id)), scenario.language
        )
