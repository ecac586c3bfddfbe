"""The ASGI application: a lean front for streams and files, Django (sync, in threads) for everything else.

    /xapi/*         statements of other systems, past everything that they do not need
    /metrics        what an operator watches
    /coach/stream   speech and text of a talk
    /assets, /static, /models   files
    any other path of a page    the web app
    /api, /_allauth, /back-office   Django

Why Django does not run as ASGI: measured at 2-4 times the cost per request (docs/decisions/0001-house.md).
"""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import django
from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alula.kernel.settings import setting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alula.site.settings")
django.setup(set_prefix=False)

from alula.coach.stream import talk  # noqa: E402 - needs Django's registry of models
from alula.kernel import jobs  # noqa: E402 - see above
from alula.record import facade as record  # noqa: E402 - see above
from alula.record.xapi import http as xapi  # noqa: E402 - see above
from alula.site import metrics  # noqa: E402 - see above

threads = setting("ALULA_THREADS", 16, "Threads that answer Django's requests; more wait in line.")
background = setting("ALULA_BACKGROUND", default=True, help="Run readers and jobs inside the web process.")

WEB = Path(__file__).resolve().parent.parent / "web_dist"
DJANGO_PATHS = ("/api/", "/_allauth/", "/back-office/")
POLICY = "; ".join(  # noqa: FLY002 - a rule a line is how one reads a policy
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",  # Element Plus places its pop-ups by inline style
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
GARBAGE = 10_000, 10, 10
"""Objects made and not yet freed until the interpreter looks for cycles among the newest; Python's own 700 made it look
through everything so often that this took a quarter of the CPU and more while statements came in (docs/benchmarks.md)."""
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"microphone=(self), camera=(self), geolocation=()",
    b"cross-origin-opener-policy": b"same-origin",
}
_EVERY = list(HEADERS.items())


class SafeHeaders:
    """Adds the security headers to every answer that does not carry its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [name.lower() for name, _ in message["headers"]]
                extra = _EVERY
                if not HEADERS.keys().isdisjoint(given):
                    extra = [one for one in _EVERY if one[0] not in given]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class Assets(StaticFiles):
    """Files whose names carry their content's hash: kept by browsers for a year."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


async def page(request: Request) -> Response:
    """The web app, for every path that is a page of it; a file of its root (icon, manifest) where one is named."""
    name = request.path_params["path"]
    if "/" not in name and "." in name and (WEB / name).is_file():
        return FileResponse(WEB / name)
    if not (WEB / "index.html").is_file():
        return PlainTextResponse(
            "The web app is not built. Run: make web\n网页尚未构建，请运行：make web\n", 503
        )
    return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})


class Front:
    """Sends Django's paths to Django and everything else to the lean routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.lean = app
        self.django = WSGIMiddleware(get_wsgi_application(), workers=threads.value)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        to_django = scope["type"] == "http" and scope["path"].startswith(DJANGO_PATHS)
        await (self.django if to_django else self.lean)(scope, receive, send)  # type: ignore[arg-type]


class Statements:
    """Sends /xapi/ where it is answered and everything else through the site's own layers, which it has no use for.

    They cost a statement that comes alone up to a fifth of its CPU. What they do for it is done here: the safe headers; a fault
    that escapes is the server's to answer, as it is there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.statements = SafeHeaders(xapi.application)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = scope["type"] == "http" and scope["path"].startswith(xapi.PREFIX)
        await (self.statements if here else self.app)(scope, receive, send)


def _settle_memory() -> None:
    """What is there when the server starts stays: the search for garbage passes over it from now on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    """Readers, jobs and forwardings live as long as the server."""
    _settle_memory()
    if not background.value:
        yield
        return
    readers, worker, forwarding = record.ReaderLoop(), jobs.Worker(), record.ForwardLoop()
    readers.start()
    worker.start()
    forwarding.start()
    yield
    worker.stop()
    forwarding.stop()
    readers.stop(timeout=5)
    worker.join(timeout=5)
    forwarding.join(timeout=5)


site = Starlette(
    routes=[
        WebSocketRoute("/coach/stream", talk),
        *metrics.routes,
        # Files alone are compressed: an answer that carries a secret beside what users write must not be (BREACH).
        Mount(
            "/assets", GZipMiddleware(Assets(directory=WEB / "assets", check_dir=False), minimum_size=1024)
        ),
        Mount("/models", StaticFiles(directory=WEB / "models", check_dir=False)),
        Mount("/static", StaticFiles(packages=[("django.contrib.admin", "static")])),
        Route("/{path:path}", page, methods=["GET"]),
    ],
    middleware=[Middleware(SafeHeaders), Middleware(Front)],
    lifespan=lifespan,
)
app = Statements(site)
