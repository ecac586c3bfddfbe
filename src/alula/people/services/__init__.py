"""Every write, as a named intent, which checks the actor's right (permissions.py).

Each administrative act, and each answer about a consent, becomes a statement in the same transaction.
"""

from __future__ import annotations

from alula.people.services.oneself import (
    give_consent,
    set_language,
    set_timezone,
    switch_tenant,
    withdraw_consent,
)
from alula.people.services.owners import enter, found_firms, sign_up_owner, take_over
from alula.people.services.persons import (
    Added,
    activate_person,
    add_person,
    change_person,
    deactivate_person,
    issue_initial_password,
    join,
    move_person,
)
from alula.people.services.roles import grant_role, revoke_role
from alula.people.services.tenants import create_tenant
from alula.people.services.units import add_unit, move_unit, rename_unit

__all__ = [
    "Added",
    "activate_person",
    "add_person",
    "add_unit",
    "change_person",
    "create_tenant",
    "deactivate_person",
    "enter",
    "found_firms",
    "give_consent",
    "grant_role",
    "issue_initial_password",
    "join",
    "move_person",
    "move_unit",
    "rename_unit",
    "revoke_role",
    "set_language",
    "set_timezone",
    "sign_up_owner",
    "switch_tenant",
    "take_over",
    "withdraw_consent",
]
