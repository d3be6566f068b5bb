"""Whose pages a browser keeps: a name for the person that says nothing to anybody else."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from athletes.models import User

LENGTH = 20  # characters


def person_of(user: User) -> str:
    """The same for all pages of one person, and of no use anywhere else."""
    return salted_hmac("coaching.offline", str(user.pk)).hexdigest()[:LENGTH]
