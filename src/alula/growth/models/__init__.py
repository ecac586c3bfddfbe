"""Tables of growth. Only this domain touches them; others ask `facade`. A file a part of the domain."""

from alula.growth.models.agencies import FirmImport, Invitation, RelationRequest
from alula.growth.models.events import Attendance, Event, EventRoom
from alula.growth.models.evidence import Evidence
from alula.growth.models.firms import FactsVersion, Firm, Relation
from alula.growth.models.ladder import Application, Candidate, HeldTitle, Reminder, Step
from alula.growth.models.selftest import Assessment, Draft

__all__ = [
    "Application",
    "Assessment",
    "Attendance",
    "Candidate",
    "Draft",
    "Event",
    "EventRoom",
    "Evidence",
    "FactsVersion",
    "Firm",
    "FirmImport",
    "HeldTitle",
    "Invitation",
    "Relation",
    "RelationRequest",
    "Reminder",
    "Step",
from alula.growth.models.finance import Enquiry, EnquiryStep, Stage
from alula.growth.models.firms import FactsVersion, Firm, Relation
from alula.growth.models.policies import (
    FirmMatched,
    MatchNotice,
    MatchRun,
    MatchSubscription,
    PolicyEntry,
    PolicyMatch,
    PolicyVersion,
)

__all__ = [
    "Enquiry",
    "EnquiryStep",
    "FactsVersion",
    "Firm",
    "FirmMatched",
    "MatchNotice",
    "MatchRun",
    "MatchSubscription",
    "PolicyEntry",
    "PolicyMatch",
    "PolicyVersion",
    "Relation",
    "Stage",
]
