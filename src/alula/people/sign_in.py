"""Sign-in: what allauth asks us, and the door of the API.

allauth (headless, session cookie) owns passwords, rate limits and the protocol under `/_allauth/browser/v1/`;
here stands who may come in and as whom.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja.security import SessionAuth

from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal
from alula.kernel.settings import setting
from alula.kernel.texts import Texts, pick
from alula.people import queries, services
from alula.people.models import Person, Tenant, User
from alula.people.passwords import DJANGO_LANGUAGE
from alula.people.sessions import act_in, person_in, tenant_in

sign_up = setting(
    "ALULA_SIGN_UP",
    "",
    "Slug of the tenant that people who sign up by themselves join as learners; empty: closed.",
)

REFUSED: dict[str, Texts] = {
    "deactivated": {
        "zh": "您的账号已停用，请联系管理员。",
        "en": "Your account has been deactivated. Please contact your administrator.",
    },
    "initial_password_expired": {
        "zh": "初始密码已过期，请联系管理员重新生成。",
        "en": "The initial password has expired. Please ask your administrator for a new one.",
    },
}


def why_refused(user: User) -> str | None:
    """Why this user, whose password was right, may not sign in (a key of REFUSED); None when they may."""
    persons = Person.objects.filter(user_id=user.id)
    if not user.is_active or (persons.exists() and not persons.filter(active=True).exists()):
        return "deactivated"
    if user.initial_password_until is not None and user.initial_password_until < clock.now():
        return "initial_password_expired"
    return None


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks this installation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Whether people may sign up by themselves: only where ALULA_SIGN_UP names a tenant that is there."""
        return bool(sign_up.value) and Tenant.objects.filter(slug=sign_up.value).exists()

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: BaseForm,
        commit: bool = True,  # noqa: FBT001, FBT002 - allauth's signature
    ) -> User:
        """Keep who signed up, as a learner of the tenant that ALULA_SIGN_UP names."""
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit)
            if commit:
                services.join(saved, sign_up.value)
        return saved

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user with these credentials.

        Raises:
            ValidationError: the password was right, but the user may not sign in; with the reason.
        """
        user: User | None = super().authenticate(request, **credentials)
        refused = why_refused(user) if user is not None else None
        if refused is not None:
            raise ValidationError(pick(REFUSED[refused], get_language() or "zh"), code=refused)
        return user

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """Stop who may not come in, also on the ways that need no password; None lets them pass."""
        if why_refused(user) is not None:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **hooks)

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        """Let the sign-in page speak the person's language the next time."""
        response = super().post_login(request, user, **hooks)
        person = queries.persons_of_user(user.id).first()
        if person is not None:
            keep_language(response, person.language or person.tenant.language)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Keep the password that the user chose; an initial one ends with it."""
        user.initial_password_until = None
        super().set_password(user, password)


def keep_language(response: HttpResponse, language: str) -> None:
    """Let what knows nobody yet (the sign-in page, its errors) speak `language` in this browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        DJANGO_LANGUAGE[language],
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


class SignedIn(SessionAuth):
    """The door of every API route: the session cookie, and the CSRF token for what changes something.

    Sets `request.actor` and answers the actor (`request.auth`). Who is not signed in gets 401, and so
    does, with the session ended, a person who was deactivated.
    """

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: ARG002 - ninja's signature
        """The actor, or None for 401.

        Raises:
            Refusal: people.no_tenant (403), for a user who never belonged anywhere.
        """
        user = request.user
        if not user.is_authenticated:
            return None
        chosen = tenant_in(request.session)
        person = person_in(user, chosen)
        if person is None:
            if not Person.objects.filter(user_id=user.id).exists():
                raise Refusal("people.no_tenant", status=403)
            logout(request)
            return None
        if chosen is None:
            act_in(request.session, person.tenant_id)
        actor = queries.actor_of(person)
        request.actor = actor
        return actor


class Anybody(SessionAuth):
    """The door of the few routes that change something for who is not signed in yet: only the CSRF token is asked for."""

    def authenticate(self, request: HttpRequest, key: str | None) -> bool:  # noqa: ARG002 - ninja's signature
        """Lets everybody pass."""
        return True
