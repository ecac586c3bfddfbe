"""Browsers on other sites: nothing unless the operator names the origin, then what xAPI content needs."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from alula.kernel.settings import InvalidSettingError
from alula.record.xapi import cors, http

CONTENT = "https://content.example"
PREFLIGHT = {
    "Origin": CONTENT,
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "authorization,x-experience-api-version,content-type",
}


class Site:
    """The routes of xAPI as a browser reaches them."""

    def __getattr__(self, method):
        async def send(path, headers):
            app = httpx.ASGITransport(http.application)
            async with httpx.AsyncClient(transport=app, base_url="http://site") as client:
                return await client.request(method, path, headers=headers)

        return lambda path, headers: asyncio.run(send(path, headers))


@pytest.fixture
def site():
    return Site()


@pytest.mark.django_db(transaction=True)
def test_without_the_setting_no_origin_is_allowed(site, monkeypatch):
    monkeypatch.delenv("ALULA_XAPI_ORIGINS", raising=False)
    assert "access-control-allow-origin" not in site.options("/xapi/statements", headers=PREFLIGHT).headers
    assert "access-control-allow-origin" not in site.get("/xapi/about", headers={"Origin": CONTENT}).headers


@pytest.mark.django_db(transaction=True)
def test_a_named_origin_may_send_and_read_the_headers(site, monkeypatch):
    monkeypatch.setenv("ALULA_XAPI_ORIGINS", f"{CONTENT}/, https://other.example")
    allowed = site.options("/xapi/statements", headers=PREFLIGHT)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == CONTENT
    assert "PUT" in allowed.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in allowed.headers
    for resource in ("about", "statements"):
        answer = site.get(f"/xapi/{resource}", headers={"Origin": CONTENT})
        assert answer.headers["access-control-allow-origin"] == CONTENT, "refusals can be read too"
        exposed = {
            name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")
        }
        assert {
            "x-experience-api-version",
            "x-experience-api-consistent-through",
            "etag",
            "last-modified",
        } <= exposed
    token = site.post("/xapi/oauth/token", headers={"Origin": CONTENT})
    assert token.headers["access-control-allow-origin"] == CONTENT
    denied = site.get("/xapi/about", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in denied.headers
    assert (
        site.options("/xapi/statements", headers={**PREFLIGHT, "Origin": "https://evil.example"}).status_code
        == 400
    )


@pytest.mark.parametrize(
    "wrong", ["content.example", "https://", "ftp://a.example", "https://a.example/path"]
)
def test_what_is_no_origin_is_said(monkeypatch, wrong):
    monkeypatch.setenv("ALULA_XAPI_ORIGINS", wrong)
    with pytest.raises(InvalidSettingError, match="ALULA_XAPI_ORIGINS"):
        _ = cors.origins.value
