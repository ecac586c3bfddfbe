"""Where a forwarding may lead: to a public address over HTTPS, looked up once and connected to as it was checked.

Whoever may set an endpoint could otherwise make this machine call services that only it can reach (OWASP, Server-Side
Request Forgery Prevention). The name is resolved here, every address of it must be public, and the connection goes to the
address that was checked, so a name that changes its answer in between gains nothing.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from alula.kernel.errors import Refusal, register
from alula.kernel.settings import setting

private = setting(
    "ALULA_FORWARD_PRIVATE",
    default=False,
    help="Let forwardings lead to private and local addresses, and over plain HTTP.",
)

register(
    "moving",
    {
        "endpoint": {"zh": "地址无效：{why}。", "en": "The endpoint is not right: {why}."},
        "endpoint_private": {
            "zh": "{host} 指向内部地址，不能转发（可由 ALULA_FORWARD_PRIVATE 放开）。",
            "en": "{host} leads to a private address; nothing is forwarded there (ALULA_FORWARD_PRIVATE allows it).",
        },
        "endpoint_unknown": {"zh": "找不到主机 {host}。", "en": "The host {host} cannot be found."},
    },
)

_CARRY_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))
"""IPv6 ranges whose addresses lead to an IPv4 address inside (NAT64, 6to4)."""


class Address(NamedTuple):
    """An endpoint that was checked: its URL with the address in it, and the name that the certificate must carry."""

    url: str
    host: str
    header: str


def checked(endpoint: str) -> str:
    """An endpoint in its usual form: absolute, without user, query or fragment, with a slash at its end.

    Raises:
        Refusal: moving.endpoint (422).
    """
    try:
        parts = urlsplit(endpoint.strip())
        port = parts.port
    except ValueError as error:
        raise _wrong("主机或端口不对", "its host or port is not right") from error
    schemes = ("https", "http") if private.value else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        begun = [f"{scheme}://" for scheme in schemes]
        raise _wrong(f"须以 {' 或 '.join(begun)} 开头", f"it must begin with {' or '.join(begun)}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _wrong("不能带用户名、查询参数或片段", "it must have no user, query or fragment")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}/"


def _wrong(zh: str, en: str) -> Refusal:
    return Refusal("moving.endpoint", status=422, field="endpoint", why={"zh": zh, "en": en})


def resolve(endpoint: str) -> Address:
    """Look up a checked endpoint and check every address of it.

    Raises:
        Refusal: moving.endpoint_unknown, moving.endpoint_private (422).
    """
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refusal("moving.endpoint_unknown", status=422, field="endpoint", host=host) from error
    addresses = [str(one[4][0]) for one in found]
    if not private.value and not all(public(one) for one in addresses):
        raise Refusal("moving.endpoint_private", status=422, field="endpoint", host=host)
    chosen = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    return Address(f"{parts.scheme}://{chosen}:{port}{parts.path}", host, parts.netloc)


def public(address: str) -> bool:
    """Whether an address is one of the public Internet."""
    one: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(one, IPv6Address):
        if one.ipv4_mapped is not None:
            one = one.ipv4_mapped
        elif any(one in network for network in _CARRY_IPV4):
            return False
    return one.is_global and not one.is_multicast
