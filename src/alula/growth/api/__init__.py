"""HTTP of growth, under /api/growth: parse, call a service or query, answer. A file a part of the domain."""

from __future__ import annotations

from ninja import Router

from alula.growth.api.evidence import router as evidence
from alula.growth.api.firms import router as firms
from alula.growth.api.importing import router as importing
from alula.growth.api.selftest import router as selftest
from alula.people import facade as people

router = Router(auth=people.SignedIn(), tags=["growth"])
router.add_router("", firms)
router.add_router("", selftest)
router.add_router("", importing)
router.add_router("", evidence)
