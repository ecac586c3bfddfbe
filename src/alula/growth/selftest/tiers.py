"""The tiers that a self-test answers together, and what they are called."""

from __future__ import annotations

from typing import Final

from alula.growth.rulebook.model import Tier, Words

LADDER: Final[tuple[Tier, ...]] = ("innovative", "provincial", "giant")
"""From the first to the highest."""

TIER_NAMES: Final[dict[Tier, Words]] = {
    "innovative": Words(zh="创新型中小企业", en="Innovative SME"),
    "provincial": Words(zh="专精特新中小企业", en="Provincial specialised SME"),
    "giant": Words(zh="专精特新“小巨人”企业", en="National little giant"),
    "tech": Words(zh="科技型中小企业", en="Tech SME"),
    "digital": Words(zh="数字化水平", en="Digital level"),
}
