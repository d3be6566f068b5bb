"""`EMAIL_URL` as Django's settings: `submission://user:password@mail.example.org:587`.

Only the standard library, because settings.py reads it before Django is there.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

# scheme: (port, STARTTLS, TLS from the first byte)
SCHEMES = {
    "smtp": (25, False, False),
    "smtp+tls": (587, True, False),
    "submission": (587, True, False),
    "smtps": (465, False, True),
    "smtp+ssl": (465, False, True),
}


def email_settings(url: str) -> dict[str, str | int | bool]:
    """Raises ValueError, without the password in it, for what is no address of a mail server."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        known = ", ".join(SCHEMES)
        raise ValueError(f"EMAIL_URL must be one of {known}, then ://user:password@server:port")
    port, starttls, tls = SCHEMES[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": starttls,
        "EMAIL_USE_SSL": tls,
    }
