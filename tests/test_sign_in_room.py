"""Who signs in how often: a training room behind one address of the network, and somebody who guesses."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from serving import TLS

from alula.site.demo_accounts import ACCOUNTS, PASSWORD


@pytest.fixture(scope="module")
def server(open_server):
    one = open_server("room")
    yield one
    one.stop()


def _answer(server, email, password):
    """The status that the sign-in of one browser is answered with."""
    client = httpx.Client(base_url=server.url, headers={"Origin": server.url}, timeout=60, verify=TLS)
    with client:
        client.get("/_allauth/browser/v1/config")
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        return client.post(
            "/_allauth/browser/v1/auth/login", json={"email": email, "password": password}
        ).status_code


def test_a_room_signs_in_at_once_from_one_address_and_some_mistype(server):
    people = [account.email for account in ACCOUNTS] * 6
    with ThreadPoolExecutor(24) as room:
        mistyped = [
            room.submit(_answer, server, f"colleague{n}@haitang.example", "not-it") for n in range(15)
        ]
        right = [room.submit(_answer, server, email, PASSWORD) for email in people]
    assert Counter(one.result() for one in right) == {200: len(people)}
    assert Counter(one.result() for one in mistyped) == {400: 15}


def test_who_guesses_at_one_account_is_stopped_even_with_the_right_password(server):
    guessed = "lin@haitang.example"
    for n in range(5):
        assert _answer(server, guessed, f"guess-{n}") == 400
    assert _answer(server, guessed, PASSWORD) == 400
    assert _answer(server, "chen@haitang.example", PASSWORD) == 200
