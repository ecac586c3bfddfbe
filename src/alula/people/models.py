"""Tables of the domain. Every key and index of a tenant's rows begins with the tenant."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q

from alula.kernel import clock
from alula.kernel.actor import Role
from alula.kernel.ids import new_id
from alula.people import paths

LANGUAGES = [("zh", "简体中文"), ("en", "English")]


class UserManager(BaseUserManager):
    """Users by e-mail address, which is kept in lower case."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a sign-in; without a password it cannot be used until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a sign-in that may look at everything in the back office (`alula createsuperuser`)."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A sign-in: one human, known by e-mail address, perhaps a person in several tenants."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    initial_password_until = models.DateTimeField(null=True, blank=True, editable=False)
    """Until when a password from an administrator may be used; null once the user chose their own."""

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    @property
    def is_staff(self) -> bool:
        """Whether the back office opens: for operators of the installation."""
        return self.is_superuser or self.operates()

    def operates(self) -> bool:
        """Whether the user is an active person of the operator's tenant with the operator's role."""
        memberships = Membership.objects.filter(
            tenant_id=F("person__tenant_id"),
            person__user_id=self.id,
            person__active=True,
            person__tenant__kind=Tenant.Kind.OPERATOR,
            role=Role.OPERATOR,
        )
        return self.is_active and memberships.exists()


class Tenant(models.Model):
    """A customer of the platform, or the operator of the installation."""

    class Kind(models.TextChoices):
        FIRM = "firm", "企业 firm"
        AGENCY = "agency", "机构 agency"
        OPERATOR = "operator", "运营方 operator"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.FIRM)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    timezone = models.CharField(max_length=64, default="Asia/Shanghai")
    language = models.CharField(max_length=8, choices=LANGUAGES, default="zh")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A node of the tenant's tree."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, db_index=False, related_name="+")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=paths.MAX_LENGTH)
    depth = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            # LIKE 'prefix%' needs the pattern operators on PostgreSQL, whatever its collation (paths.inside).
            models.UniqueConstraint(
                fields=["tenant", "path"], opclasses=["uuid_ops", "varchar_pattern_ops"], name="unit_path"
            ),
            models.UniqueConstraint(
                fields=["tenant", "parent", "name"], condition=Q(parent__isnull=False), name="unit_name"
            ),
            models.UniqueConstraint(
                fields=["tenant", "name"], condition=Q(parent=None), name="unit_name_top"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "parent"], name="unit_children")]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A user inside one tenant: what the record calls the actor."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, db_index=False, related_name="+")
    # The one index that does not begin with the tenant: at sign-in the tenant is not known yet.
    user = models.ForeignKey(User, models.PROTECT, related_name="persons")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    name = models.CharField(max_length=200)
    number = models.CharField("employee number", max_length=64, blank=True)
    language = models.CharField(max_length=8, choices=LANGUAGES, blank=True)
    """What the person chose; empty: the tenant's."""
    timezone = models.CharField(max_length=64, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="person_user"),
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=~Q(number=""), name="person_number"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "unit", "active"], name="person_unit"),
            models.Index(fields=["tenant", "name", "id"], name="person_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role of a person, for a unit and everything below it, or for the whole tenant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "person", "role", "unit"],
                condition=Q(unit__isnull=False),
                name="membership_unit",
            ),
            models.UniqueConstraint(
                fields=["tenant", "person", "role"], condition=Q(unit=None), name="membership_tenant"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "person"], name="membership_person"),
            models.Index(fields=["tenant", "role", "unit"], name="membership_role"),
        ]

    def __str__(self) -> str:
        return self.role


class Consent(models.Model):
    """What a person allowed or withdrew, and when. Rows are only added; the newest of a kind is in force."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=40)
    granted = models.BooleanField()
    at = models.DateTimeField(default=clock.now)
    wording = models.CharField(max_length=20)
    """The version of the words that the person read (consents.py)."""

    class Meta:
        indexes = [models.Index(fields=["tenant", "person", "kind", "-id"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.kind}: {'granted' if self.granted else 'withdrawn'}"
