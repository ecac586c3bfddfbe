"""Tables of growth. Only this domain touches them; others ask `facade`. A file a part of the domain."""

from alula.growth.models.agencies import FirmImport, Invitation, RelationRequest
from alula.growth.models.college import Enrolment, Lesson, LessonAttendance, Programme
from alula.growth.models.decisions import Decision
from alula.growth.models.events import Attendance, Event, EventRoom
from alula.growth.models.evidence import Evidence
from alula.growth.models.experts import Expert, Tie
from alula.growth.models.finance import Enquiry, EnquiryStep, Stage
from alula.growth.models.firms import FactsVersion, Firm, Relation
from alula.growth.models.ladder import Application, Candidate, HeldTitle, Reminder, Step
from alula.growth.models.market import Bottleneck, Offer
from alula.growth.models.policies import (
    FirmMatched,
    MatchNotice,
    MatchRun,
    MatchSubscription,
    PolicyEntry,
    PolicyMatch,
    PolicyVersion,
)
from alula.growth.models.selftest import Assessment, Draft
from alula.growth.models.support import RequestFile, RequestMessage, RequestMove, ServiceRequest
from alula.growth.models.visits import Campaign, CheckItem, Visit, VisitFinding, VisitGroup, VisitTask

__all__ = [
    "Application",
    "Assessment",
    "Attendance",
    "Bottleneck",
    "Campaign",
    "Candidate",
    "CheckItem",
    "Decision",
    "Draft",
    "Enquiry",
    "EnquiryStep",
    "Enrolment",
    "Event",
    "EventRoom",
    "Evidence",
    "Expert",
    "FactsVersion",
    "Firm",
    "FirmImport",
    "FirmMatched",
    "HeldTitle",
    "Invitation",
    "Lesson",
    "LessonAttendance",
    "MatchNotice",
    "MatchRun",
    "MatchSubscription",
    "Offer",
    "PolicyEntry",
    "PolicyMatch",
    "PolicyVersion",
    "Programme",
    "Relation",
    "RelationRequest",
    "Reminder",
    "RequestFile",
    "RequestMessage",
    "RequestMove",
    "ServiceRequest",
    "Stage",
    "Step",
    "Tie",
    "Visit",
    "VisitFinding",
    "VisitGroup",
    "VisitTask",
]
