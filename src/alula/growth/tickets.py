"""The ticket of a place at a conference: a short signed code, and the QR code that holds it.

The code names the place by the random end of its id and carries a signature of the whole id, so nobody can make one up.
It has fifteen characters of Crockford's base 32, which are typed without mistaking O for 0 or I for 1. The QR code is
drawn by reportlab, which is there for the reports.
"""

from __future__ import annotations

import hmac
import re
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from reportlab.graphics.barcode import qrencoder

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISTAKEN = str.maketrans("OIL", "011")
_END = 12  # hexadecimal digits of the id: 48 random bits
_SIGNED = 25  # bits of the signature
_QUIET = 4  # modules of white around the code (ISO/IEC 18004)


class Ticket(NamedTuple):
    """What a code says: how the id of the place ends, and its signature."""

    end: str
    signature: str

    def signs(self, place: UUID) -> bool:
        """Whether the code is that place's."""
        return place.hex.endswith(self.end) and hmac.compare_digest(self.signature, _signature(place))


def code_of(place: UUID) -> str:
    """The code of a place, such as `3F7KQ-0ZB4M-X2C9D`."""
    text = _written(int(place.hex[-_END:], 16), 10) + _signature(place)
    return "-".join(text[start : start + 5] for start in range(0, 15, 5))


def read_code(text: str) -> Ticket | None:
    """What was typed or scanned, a bare code or the address that the QR code holds; None when it is no code."""
    text = text.rpartition("code=")[2].upper().translate(_MISTAKEN)
    text = re.sub(r"[\s-]", "", text)
    if len(text) != 15 or set(text) - set(_ALPHABET):
        return None
    number = 0
    for char in text[:10]:
        number = number * 32 + _ALPHABET.index(char)
    return Ticket(f"{number:0{_END}x}", text[10:])


def qr_svg(text: str) -> str:
    """The text as a QR code (error correction M), black on white whatever the page's colours: scanners need it so."""
    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.moduleCount
    dark = (
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for y in range(count) for x in range(count) if code.isDark(y, x)
    )
    size = count + 2 * _QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{"".join(dark)}" fill="#000"/></svg>'
    )


def _signature(place: UUID) -> str:
    key = f"alula.growth.tickets:{settings.SECRET_KEY}".encode()
    made = hmac.digest(key, place.bytes, "sha256")
    return _written(int.from_bytes(made[:4], "big") >> (32 - _SIGNED), 5)


def _written(number: int, length: int) -> str:
    text = ""
    for _ in range(length):
        number, digit = divmod(number, 32)
        text = _ALPHABET[digit] + text
    return text
