"""The public door of growth: facts in, assessments out (pure functions), and what a command on the machine founds.

facts = load_facts(text)                                  # or FileProblems, by line
found = assess(facts, "provincial", date(2026, 5, 8))     # or Refusal, when no rule is in force
data = report(found)                                      # what is shown, stored and printed
"""

from __future__ import annotations

from datetime import date

from alula.growth.demo import make_services_demo
from alula.growth.engine.assess import Assessment, assess, assess_by
from alula.growth.engine.measures import Firm
from alula.growth.engine.size import Sized
from alula.growth.engine.size import size as _size
from alula.growth.facts import Facts, load_facts, load_facts_file
from alula.growth.finance.sheet import Asked
from alula.growth.models import Stage
from alula.growth.policies.match import Match, library, match, match_report
from alula.growth.presenting import report, size_report
from alula.growth.queries.firms import firm_of_code
from alula.growth.reading import FileProblems, Problem
from alula.growth.rulebook.choose import choose
from alula.growth.rulebook.diff import Difference, differences
from alula.growth.rulebook.load import rules
from alula.growth.services.agencies import found_list
from alula.growth.services.candidates import search as search_candidates
from alula.growth.services.events import RoomIn, found_event
from alula.growth.services.events import register_for as register_for_event
from alula.growth.services.finance import Ask, found_enquiry
from alula.growth.services.firms import found_facts, found_firm
from alula.growth.services.ladder import assign as assign_application
from alula.growth.services.ladder import move as move_application
from alula.growth.services.ladder import open_application
from alula.growth.services.policies import follow, found_policy
from alula.growth.services.reminders import compute_daily as compute_reminders
from alula.growth.services.selftest import finish as finish_self_test
from alula.growth.wording import question

__all__ = [
    "Ask",
    "Asked",
    "Assessment",
    "Difference",
    "Facts",
    "FileProblems",
    "Match",
    "Problem",
    "RoomIn",
    "Sized",
    "Stage",
    "assess",
    "assess_by",
    "assign_application",
    "choose",
    "compute_reminders",
    "differences",
    "finish_self_test",
    "firm_of_code",
    "follow",
    "found_enquiry",
    "found_event",
    "found_facts",
    "found_firm",
    "found_list",
    "found_policy",
    "library",
    "load_facts",
    "load_facts_file",
    "make_services_demo",
    "match",
    "match_report",
    "move_application",
    "open_application",
    "question",
    "register_for_event",
    "report",
    "rules",
    "search_candidates",
    "size",
    "size_report",
]


def size(facts: Facts, as_of: date) -> Sized:
    """The size class of a firm by the figures of the last full year before `as_of`."""
    return _size(Firm(facts, as_of, "new"))
