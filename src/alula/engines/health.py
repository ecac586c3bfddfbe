"""What `alula doctor` says about one port."""

from __future__ import annotations

from dataclasses import dataclass

from alula.kernel.texts import Texts


@dataclass(frozen=True)
class Health:
    """One line of `alula doctor`.

    Attributes:
        port: what the line is about ("voice activity").
        engine: the adapter in use, with its version where it has one ("espeak-ng 1.51").
        ok: whether it would work now. An adapter that was chosen to do nothing ("none") is ok.
        detail: what was found, or what to do about it, in both languages.
    """

    port: str
    engine: str
    ok: bool
    detail: Texts
