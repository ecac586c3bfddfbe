"""/metrics: what an operator watches, as Prometheus reads it. Every name stands in docs/operating.md (a test looks).

Counters of requests are this process's; readers, jobs and the record are the installation's, whichever process is asked.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Iterator

from django.db import close_old_connections
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from alula.kernel import jobs
from alula.kernel.settings import setting
from alula.record import facade as record
from alula.record.xapi import counting
from alula.record.xapi.http import desk

token = setting(
    "ALULA_METRICS_TOKEN",
    "",
    "Bearer token that /metrics asks for; empty: only requests from this machine itself are answered.",
    secret=True,
)
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""A proxy says with one of these that the request came from elsewhere."""


def _readers() -> Iterator[Metric]:
    behind = GaugeMetricFamily(
        "alula_reader_lag_statements", "Statements a reader is behind.", labels=["reader"]
    )
    seconds = GaugeMetricFamily("alula_reader_lag_seconds", "Seconds a reader is behind.", labels=["reader"])
    rate = GaugeMetricFamily(
        "alula_reader_statements_per_second",
        "Statements a reader handled in a second, over the last minute.",
        labels=["reader"],
    )
    catch_up = GaugeMetricFamily(
        "alula_reader_catch_up_seconds",
        "Seconds until a reader has read everything, at its rate; absent while it comes no nearer.",
        labels=["reader"],
    )
    failures = GaugeMetricFamily(
        "alula_reader_failures", "Tries at the statement that stops a reader; 0: it runs.", labels=["reader"]
    )
    for one in record.reader_status():
        behind.add_metric([one.name], one.lag.statements)
        seconds.add_metric([one.name], one.lag.seconds)
        failures.add_metric([one.name], one.failures)
        rate.add_metric([one.name], one.rate)
        if one.catch_up is not None:
            catch_up.add_metric([one.name], one.catch_up)
    yield from (behind, seconds, rate, catch_up, failures)


def _requests() -> Iterator[Metric]:
    answers = CounterMetricFamily(
        "alula_xapi_answers", "Answers of /xapi of this process, by HTTP status.", labels=["status"]
    )
    for status, number in sorted(counting.answers().items()):
        answers.add_metric([str(status)], number)
    yield answers
    yield GaugeMetricFamily("alula_xapi_in_hand", "Requests of /xapi in hand in this process.", desk.in_hand)
    yield CounterMetricFamily(
        "alula_xapi_refused_for_load",
        "Requests of /xapi refused with 503 because too many were in hand.",
        counting.refused_for_load(),
    )


def _jobs() -> Iterator[Metric]:
    counts = jobs.counts()
    family = GaugeMetricFamily("alula_jobs", "Jobs that wait, run, or were given up.", labels=["state"])
    for state in ("waiting", "running", "failed"):
        family.add_metric([state], getattr(counts, state))
    yield family


class Alula:
    """What prometheus_client asks when somebody reads /metrics."""

    def collect(self) -> Iterator[Metric]:
        """Every metric of ours."""
        yield GaugeMetricFamily(
            "alula_record_last_position",
            "The last position in the record: statements written so far, gaps included.",
            record.last_position(),
        )
        yield from _readers()
        yield from _requests()
        yield from _jobs()

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return []


registry = CollectorRegistry()
registry.register(Alula())
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)


def text() -> bytes:
    """The whole page, with the thread's own connection."""
    close_old_connections()
    try:
        return generate_latest(registry)
    finally:
        close_old_connections()


def may_read(request: Request) -> bool:
    """Whether who asks holds the token or, when none is set, asks from this machine and through no proxy."""
    if token.value:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token.value}".encode())
    if any(name in request.headers for name in FORWARDED) or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def metrics(request: Request) -> Response:
    """GET /metrics; for who may not read it there is no such page."""
    if not may_read(request):
        return PlainTextResponse("Not found\n", 404)
    body = await asyncio.get_running_loop().run_in_executor(None, text)
    return Response(body, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


routes = [Route("/metrics", metrics, methods=["GET"])]
