"""Mail where no mail server is set up: to the console and to a folder, so that nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as Console
from django.core.mail.backends.filebased import EmailBackend as Folder


class ConsoleAndFolderBackend(BaseEmailBackend):
    """Prints each message and keeps it as a file in `EMAIL_FILE_PATH`."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.console = Console(fail_silently=fail_silently)
        self.folder = Folder(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.console.send_messages(email_messages)
        return self.folder.send_messages(email_messages) or 0
