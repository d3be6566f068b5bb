"""E-mail, through the mail server of EMAIL_URL."""

from __future__ import annotations

import contextlib
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.core.mail import EmailMessage, get_connection

from athletes.services.senders import Message, NotSent
from athletes.services.senders.outgoing import Try


def send(message: Message, *, to: str, all_s: float) -> None:
    """Hand one mail to the server; `NotSent` when it was not taken."""
    server = get_connection(timeout=message.patience_s)
    mail = EmailMessage(
        subject=message.subject,
        body=f"{message.subject}\n\n{message.link}\n\nNiggle\n",
        to=[to],
        connection=server,
        # The same message keeps its id when it is sent again, so that a mailbox can tell.
        headers={"Message-ID": f"<{message.id}@niggle>"},
    )
    try:
        with Try(answer_s=message.patience_s, all_s=all_s) as attempt:
            server.open()
            if (conversation := getattr(server, "connection", None)) is not None:  # else no SMTP
                attempt.watch(conversation.sock)
            mail.send()
    except SMTPRecipientsRefused as refusal:
        raise NotSent("SMTPRecipientsRefused", is_final=_is_for_good(refusal)) from refusal
    except (SMTPException, OSError) as fault:
        raise NotSent(type(fault).__name__) from fault
    except ValueError as fault:  # an address that cannot be: no later try will do better
        raise NotSent(type(fault).__name__, is_final=True) from fault
    finally:
        _leave(server)


def _leave(server: Any) -> None:
    """Say good-bye without waiting for an answer: until it is noted that the message was taken, whoever
    dies has sent what somebody will send again."""
    with contextlib.suppress(SMTPException, OSError):
        if (conversation := getattr(server, "connection", None)) is None:  # no SMTP, or never open
            server.close()
            return
        server.connection = None
        with contextlib.closing(conversation):
            conversation.putcmd("QUIT")


def _is_for_good(refusal: SMTPRecipientsRefused) -> bool:
    """5xx: there is no such mailbox. 4xx: come again."""
    return all(code >= 500 for code, _ in refusal.recipients.values())
