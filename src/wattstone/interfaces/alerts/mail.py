"""Mail of alerts: plain text, one message for all that is due to an address."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal

__all__ = ["Mail", "message", "send"]

PATIENCE = 15.0  # s


@dataclass(frozen=True, kw_only=True)
class Mail:
    """How mail goes out.

    Parameters
    ----------
    host : str
        Of the server that takes it.
    port : int
        587 by default.
    security : {'starttls', 'tls', 'none'}
        Without encryption only where no password is sent and the server is on this machine or network.
    user, password : str or None
        For servers that ask.
    sender : str
        Address.
    trust : ssl.SSLContext or None
        Whose certificates are believed; the system's where None.
    """

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: str = "wattstone@localhost"
    trust: ssl.SSLContext | None = field(default=None, repr=False)


def message(sender: str, to: str, subject: str, paragraphs: Sequence[str]) -> EmailMessage:
    """A message in plain text. Line breaks in the subject, which a name may hold, become spaces.

    Parameters
    ----------
    sender, to : str
        Addresses.
    subject : str
        One line.
    paragraphs : sequence of str
        Of the text.
    """
    one = EmailMessage()
    one["From"] = _line(sender)
    one["To"] = _line(to)
    one["Subject"] = _line(subject)[:200]
    one["Date"] = formatdate(usegmt=True)
    one["Message-ID"] = make_msgid(domain="wattstone.invalid")
    one["Auto-Submitted"] = "auto-generated"
    one.set_content("\n\n".join(paragraphs) + "\n")
    return one


def send(mail: Mail, one: EmailMessage) -> None:
    """Give a message to the server.

    Raises
    ------
    OSError, smtplib.SMTPException
        If it is not taken.
    """
    context = mail.trust or ssl.create_default_context()
    if mail.security == "tls":
        with smtplib.SMTP_SSL(mail.host, mail.port, timeout=PATIENCE, context=context) as server:
            _hand_over(server, mail, one)
        return
    with smtplib.SMTP(mail.host, mail.port, timeout=PATIENCE) as server:
        if mail.security == "starttls":
            server.starttls(context=context)  # refuses to go on without it
        _hand_over(server, mail, one)


def _hand_over(server: smtplib.SMTP, mail: Mail, one: EmailMessage) -> None:
    if mail.user is not None and mail.password is not None:
        if mail.security == "none":
            raise smtplib.SMTPException("a password is not sent without encryption; set security to starttls or tls")
        server.login(mail.user, mail.password)
    server.send_message(one)


def _line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
