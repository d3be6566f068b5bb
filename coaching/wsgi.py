"""The door for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from guidance import KNOWLEDGE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching.settings")

application = get_wsgi_application()

# A mistake in the knowledge stops the start here: a web server runs no system checks.
KNOWLEDGE.version  # noqa: B018
