"""Who has a log-in."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar

import uuid_utils.compat as uuids
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import UniqueConstraint
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy

from athletes.models.base import one_of

KM, MILES = "km", "mi"
UNITS = [(KM, gettext_lazy("Kilometres")), (MILES, gettext_lazy("Miles"))]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A log-in. The same person may coach in one club and run in another."""

    uid = models.UUIDField(
        default=uuids.uuid7, unique=True, editable=False, help_text="By which programs know them."
    )
    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    digest_at = models.TimeField(
        default=time(7), help_text="When the morning page is announced, by the club's clock."
    )
    digest_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="The last day of the club on which it was looked whether there is a morning page.",
    )

    language = models.CharField(
        max_length=10,
        blank=True,
        help_text="Chosen by the person; empty: what the browser asks for.",
    )
    units = models.CharField(max_length=2, choices=UNITS, default=KM)
    ask_at = models.TimeField(
        null=True,
        blank=True,
        help_text="When check-ins are asked, by the athlete's clock; empty: as soon as they are due.",
    )

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            UniqueConstraint(Lower("email"), name="one_user_per_email"),
            models.CheckConstraint(condition=one_of("units", UNITS), name="user_units_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email
