"""The front of the site: what goes past its layers gets all the same what they give to everything else."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from alula.site import asgi

pytestmark = pytest.mark.django_db(transaction=True)


def answered(method: str, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(asgi.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://alula") as client:
            return await client.request(method, path)

    return asyncio.run(ask())


def test_an_answer_of_xapi_carries_the_safe_headers_once():
    answer = answered("GET", "/xapi/about")
    assert answer.status_code == 200
    assert "2.0.0" in answer.json()["version"]
    for name, value in asgi.HEADERS.items():
        assert answer.headers.get_list(name.decode()) == [value.decode()]


def test_a_path_that_only_begins_like_xapi_is_a_page():
    assert "x-experience-api-version" not in answered("GET", "/xapiary").headers
    assert "x-experience-api-version" in answered("GET", "/xapi/nowhere").headers


def test_oauth_keeps_its_address_and_any_other_way_to_it_is_answered_by_xapi():
    asked = answered("POST", "/xapi/oauth/token")
    assert asked.status_code == 400
    assert asked.json()["error"] == "invalid_request"
    assert asked.headers["x-content-type-options"] == "nosniff"
    assert "x-experience-api-version" in answered("GET", "/xapi/oauth/token").headers
