"""HTTP of growth, under /api/growth: parse, call a service or query, answer. A file a part of the domain."""

from __future__ import annotations

from ninja import Router

from alula.growth.api.agencies import router as agencies
from alula.growth.api.claims import router as claims
from alula.growth.api.college import router as college
from alula.growth.api.decisions import router as decisions
from alula.growth.api.events import router as events
from alula.growth.api.evidence import router as evidence
from alula.growth.api.experts import router as experts
from alula.growth.api.finance import router as finance
from alula.growth.api.firms import router as firms
from alula.growth.api.home import router as home
from alula.growth.api.importing import router as importing
from alula.growth.api.ladder import router as ladder
from alula.growth.api.market import router as market
from alula.growth.api.policies import router as policies
from alula.growth.api.policy_library import router as policy_library
from alula.growth.api.selftest import router as selftest
from alula.growth.api.support import router as support
from alula.growth.api.visits import router as visits
from alula.people import facade as people

router = Router(auth=people.SignedIn(), tags=["growth"])
router.add_router("", firms)
router.add_router("", selftest)
router.add_router("", decisions)
router.add_router("", importing)
router.add_router("", evidence)
router.add_router("", agencies)
router.add_router("", claims)
router.add_router("", ladder)
router.add_router("", home)
router.add_router("", support)
router.add_router("", experts)
router.add_router("", visits)
router.add_router("", market)
router.add_router("", college)
router.add_router("", events)
router.add_router("", policies)
router.add_router("", policy_library)
router.add_router("", finance)
