"""Scenarios as the application has them: those that ship, and the exact version that a session was talked with."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from uuid import UUID, uuid5

import msgspec

from alula.coach.models import ScenarioVersion
from alula.coach.scenario.load import builtin
from alula.coach.scenario.model import Scenario
from alula.kernel.errors import not_found

_NAMESPACE = UUID("6f1d2f1e-6c57-5b7e-9a3e-0d9a6a3f7c11")


@lru_cache(maxsize=1)
def shipped() -> dict[str, Scenario]:
    """The scenarios that ship with Alula, by id, in the order of their files."""
    return {scenario.id: scenario for scenario in builtin()}


def scenario_named(slug: str) -> Scenario:
    """The current version of a scenario.

    Raises:
        Refusal: kernel.not_found.
    """
    if slug not in shipped():
        raise not_found()
    return shipped()[slug]


def version_id(scenario: Scenario) -> UUID:
    """The id of the row that holds exactly this scenario."""
    return uuid5(
        _NAMESPACE,
        f"shipped/{scenario.id}/{scenario.version}/{hashlib.sha256(scenario.digest()).hexdigest()}",
    )


def keep_version(scenario: Scenario) -> ScenarioVersion:
    """The stored row of exactly this scenario, written on first use."""
    body = scenario.digest()
    row, _ = ScenarioVersion.objects.get_or_create(
        id=version_id(scenario),
        defaults={
            "slug": scenario.id,
            "version": scenario.version,
            "digest": hashlib.sha256(body).hexdigest(),
            "body": body.decode(),
        },
    )
    return row


@lru_cache(maxsize=1)
def _shipped_by_row() -> dict[UUID, Scenario]:
    return {version_id(scenario): scenario for scenario in shipped().values()}


@lru_cache(maxsize=64)
def _decode(body: str) -> Scenario:
    return msgspec.json.decode(body, type=Scenario)


def scenario_of(version: ScenarioVersion) -> Scenario:
    """The scenario that a stored row holds; the shipped object itself when it is the same, so caches are shared."""
    return _shipped_by_row().get(version.id) or _decode(version.body)
