"""HTTP of the record for the web app: its statements to look at, credentials of other systems, what goes in and out.

Who is signed in is said by the floor that mounts the router (`auth=`); what they may see, by the directory.
"""

from __future__ import annotations

from ninja import Router

from alula.record.api.credentials import router as credentials
from alula.record.api.forwardings import router as forwardings
from alula.record.api.statements import router as statements
from alula.record.api.transfers import router as transfers

router = Router(tags=["record"])
router.add_router("", statements)
router.add_router("", credentials)
router.add_router("", forwardings)
router.add_router("", transfers)
