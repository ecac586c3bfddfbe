"""HTTP: who I am, and the people and units of the tenant. The rules stand in services and queries."""

from __future__ import annotations

from ninja import Router

from alula.people.api.me import router as me
from alula.people.api.persons import router as persons
from alula.people.api.units import router as units

router = Router()
router.add_router("", me)
router.add_router("/people", units)
router.add_router("/people", persons)
