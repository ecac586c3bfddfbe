"""The back office, for operators of the installation: look at everything, act through the services.

Nothing is written past the services: what an operator does here is checked and recorded like everything else.
A superuser who is no person of the operator's tenant may look, but not act.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language

from alula.kernel.actor import Actor, Role
from alula.kernel.errors import Refusal
from alula.people import queries, services
from alula.people.models import Consent, Membership, Person, Tenant, Unit
from alula.people.permissions import acting_in
from alula.people.roles import name_of


def _language() -> str:
    return get_language() or "zh"


class BackOfficeSignIn(AdminAuthenticationForm):
    """The back office's own sign-in, behind the same door as everybody's: rate limits, and who may come in at all."""

    def clean(self) -> dict[str, Any]:
        """Find the user with these credentials.

        Raises:
            ValidationError: there is none, or too many were tried, or the user may not come in.
        """
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = get_adapter().authenticate(self.request, email=email, password=password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


admin.site.login_form = BackOfficeSignIn


class BackOffice(admin.ModelAdmin):
    """Looking, for whom the back office opens at all; acting only where a subclass says how."""

    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whether the user is an operator, who may act."""
        return queries.operator_of(request.user) is not None

    def acting_in(self, request: HttpRequest, tenant: Tenant) -> Actor:
        """The operator, inside that tenant."""
        operator = queries.operator_of(request.user)
        assert operator is not None, "guarded by has_operate_permission"
        return acting_in(operator, tenant.id)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The form; what a service refuses is said above it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            messages.error(request, refusal.sentence(_language()))
            return HttpResponseRedirect(request.get_full_path())


@admin.register(Tenant)
class TenantAdmin(BackOffice):
    list_display = ("name", "slug", "kind", "language", "created_at")
    list_filter = ("kind",)
    search_fields = ("name", "slug")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_operate_permission(request)

    def save_model(self, request: HttpRequest, obj: Tenant, form: forms.ModelForm, change: bool) -> None:  # noqa: ARG002, FBT001 - Django's signature
        operator = queries.operator_of(request.user)
        assert operator is not None, "guarded by has_add_permission"
        obj.pk = services.create_tenant(operator, **form.cleaned_data).pk


@admin.register(Unit)
class UnitAdmin(BackOffice):
    list_display = ("name", "tenant", "depth", "path")
    list_select_related = ("tenant",)
    list_filter = ("tenant",)
    search_fields = ("name",)
    ordering = ("tenant", "path")


class PersonForm(forms.ModelForm):
    """A person to add, with a sign-in and a first role."""

    email = forms.EmailField()
    role = forms.ChoiceField(choices=[(role.value, name_of(role, "zh")) for role in Role])

    class Meta:
        model = Person
        fields = ("tenant", "name", "number", "unit")


@admin.register(Person)
class PersonAdmin(BackOffice):
    list_display = ("name", "user", "tenant", "unit", "number", "active")
    list_select_related = ("user", "tenant", "unit")
    list_filter = ("tenant", "active")
    search_fields = ("name", "user__email", "number")
    raw_id_fields = ("tenant", "unit")
    actions = ("deactivate", "activate", "issue_password")
    ordering = ("tenant", "name", "id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_operate_permission(request)

    def get_form(
        self, request: HttpRequest, obj: Person | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """The form that adds; what is there already is only shown."""
        return super().get_form(request, obj, **({"form": PersonForm} if obj is None else {}), **kwargs)

    def get_fields(self, request: HttpRequest, obj: Person | None = None) -> list[str]:
        if obj is None:
            return ["tenant", "name", "email", "role", "number", "unit"]
        return list(super().get_fields(request, obj))

    def save_model(self, request: HttpRequest, obj: Person, form: forms.ModelForm, change: bool) -> None:  # noqa: ARG002, FBT001 - Django's signature
        filled = form.cleaned_data
        added = services.add_person(
            self.acting_in(request, filled["tenant"]),
            email=filled["email"],
            name=filled["name"],
            number=filled["number"],
            unit_id=filled["unit"].id if filled["unit"] else None,
            roles=[Role(filled["role"])],
        )
        obj.pk, obj.user = added.person.pk, added.person.user
        if added.initial_password:
            self._show_password(request, added.person, added.initial_password)

    def _show_password(self, request: HttpRequest, person: Person, password: str) -> None:
        messages.warning(
            request, f"{person.name} ({person.user.email}): {password} （仅显示这一次 shown this once）"
        )

    def _each(self, request: HttpRequest, people: QuerySet[Person], act: Any) -> None:
        for person in people.select_related("tenant", "user"):
            try:
                act(self.acting_in(request, person.tenant), person)
            except Refusal as refusal:
                messages.error(request, f"{person.name}: {refusal.sentence(_language())}")

    @admin.action(description="停用 Deactivate", permissions=["operate"])
    def deactivate(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        self._each(request, people, lambda actor, person: services.deactivate_person(actor, person.id))

    @admin.action(description="启用 Activate", permissions=["operate"])
    def activate(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        self._each(request, people, lambda actor, person: services.activate_person(actor, person.id))

    @admin.action(description="生成初始密码 Issue an initial password", permissions=["operate"])
    def issue_password(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        def issue(actor: Actor, person: Person) -> None:
            self._show_password(request, person, services.issue_initial_password(actor, person.id))

        self._each(request, people, issue)


@admin.register(Membership)
class MembershipAdmin(BackOffice):
    list_display = ("person", "role", "unit", "tenant")
    list_select_related = ("person", "unit", "tenant")
    list_filter = ("role", "tenant")
    search_fields = ("person__name",)
    raw_id_fields = ("person", "unit")
    fields = ("person", "role", "unit")
    actions = ("revoke",)
    ordering = ("tenant", "role", "id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_operate_permission(request)

    def save_model(self, request: HttpRequest, obj: Membership, form: forms.ModelForm, change: bool) -> None:  # noqa: ARG002, FBT001 - Django's signature
        person, unit = form.cleaned_data["person"], form.cleaned_data["unit"]
        actor = self.acting_in(request, person.tenant)
        services.grant_role(actor, person.id, Role(obj.role), unit.id if unit else None)

    @admin.action(description="收回 Revoke", permissions=["operate"])
    def revoke(self, request: HttpRequest, memberships: QuerySet[Membership]) -> None:
        for held in memberships.select_related("tenant", "person"):
            try:
                actor = self.acting_in(request, held.tenant)
                services.revoke_role(actor, held.person_id, Role(held.role), held.unit_id)
            except Refusal as refusal:
                messages.error(request, f"{held.person.name}: {refusal.sentence(_language())}")


@admin.register(Consent)
class ConsentAdmin(BackOffice):
    list_display = ("person", "kind", "granted", "at", "wording", "tenant")
    list_select_related = ("person", "tenant")
    list_filter = ("kind", "granted", "tenant")
    search_fields = ("person__name",)
    ordering = ("-id",)
