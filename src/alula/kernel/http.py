"""What every HTTP route shares: the caller's language, problem+json, cursor pages."""

from __future__ import annotations

import base64
import binascii
import json
import logging
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from alula.kernel.errors import Refusal, invalid, not_found
from alula.kernel.schema import refusal_of
from alula.kernel.texts import negotiate

log = logging.getLogger(__name__)
T = TypeVar("T")
PAGE = 50
PAGE_MAX = 200


def language_of(request: HttpRequest) -> str:
    """The signed-in person's language when they chose one, else what the browser asks for."""
    actor = getattr(request, "actor", None)
    return actor.language if actor is not None else negotiate(request.headers.get("Accept-Language", ""))


def problem(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as problem+json in the caller's language."""
    language = language_of(request)
    response = JsonResponse(
        refusal.problem(language), status=refusal.status, content_type="application/problem+json"
    )
    response["Content-Language"] = language
    return response


def install_handlers(api: NinjaAPI) -> None:
    """Make every refusal, whoever raised it, leave as problem+json."""

    def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
        return problem(request, error)

    def not_as_asked(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(request, refusal_of(error.errors))

    def signed_out(request: HttpRequest, _: AuthenticationError) -> HttpResponse:
        return problem(request, Refusal("kernel.not_signed_in", status=401))

    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        # Rights are refused by us; the one 403 of ninja itself is a write without the token against forged requests.
        code = {404: "kernel.not_found", 403: "kernel.stale_page"}.get(error.status_code, "kernel.unreadable")
        return problem(request, Refusal(code, status=error.status_code))

    def fault(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("fault at %s", request.path, exc_info=error)
        return problem(request, Refusal("kernel.fault", status=500))

    handlers: list[tuple[type[Exception], Any]] = [
        (Refusal, refused),
        (ValidationError, not_as_asked),
        (AuthenticationError, signed_out),
        (HttpError, http_error),
        (Exception, fault),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


def no_such_address(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django's URL configuration does not know: a problem for the API (an id that is none, too), a page elsewhere."""
    if request.path.startswith("/api/"):
        return problem(request, not_found())
    return page_not_found(request, exception)


class Page(Schema, Generic[T]):
    """One page of a list; `next` is the cursor of the following page, None at the end."""

    items: list[T]
    next: str | None = None
    total: int | None = None


def encode_cursor(*key: Any) -> str:
    """A cursor from the sort key of the last row shown."""
    return base64.urlsafe_b64encode(json.dumps(key, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, parts: int) -> list[Any] | None:
    """The sort key in a cursor of `parts` parts; None for the first page.

    Raises:
        Refusal: kernel.invalid, when it is not a cursor of ours.
    """
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, UnicodeDecodeError):
        key = None
    if not isinstance(key, list) or len(key) != parts:
        raise wrong_cursor()
    return key


def wrong_cursor() -> Refusal:
    """The answer for a cursor that is none of the list that it was sent to."""
    return invalid(
        "cursor", {"zh": "必须是这个列表给出的翻页标记", "en": "must be a cursor that this list gave"}
    )
