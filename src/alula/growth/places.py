"""Where growth shows itself: for who keeps a firm, and for who works for an agency's firms."""

from __future__ import annotations

from alula.growth.permissions import is_officer, is_owner
from alula.people import facade as people

people.register_place("growth", is_owner)
people.register_place("growth", is_officer)
