"""Alerts on their way: one mail for all that is due, signed webhooks, back-off, digests."""

import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.security.test_ssrf import LOOPBACK, listener  # noqa: F401  # a fixture
from wattstone.interfaces.alerts import Mail, Settings, deliver_due, make_secret, verify

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


def free_port() -> int:
    """One that nobody listens at: aiosmtpd cannot be told to choose."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Box:
    """Keeps mail."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []
        self.tls: list[bool] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.content.decode()))
        self.tls.append(session.ssl is not None)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and certificate of localhost in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def post_office(certificate: Path) -> Iterator[tuple[Box, Mail]]:
    """A mail server that speaks STARTTLS alone, and how to reach it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    box = Box()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True)
    controller.start()
    trust = ssl.create_default_context(cafile=str(certificate))
    yield box, Mail(host="localhost", port=port, sender="wattstone@example.org", trust=trust)
    controller.stop()


def raised(server, key: str, *, rule=None, **facts):
    facts = {"job": "j", "job_kind": "inventory", "error": "no factor", **facts}
    return server.alerts.raise_alert("acme", kind="job.failed", key=key, rule=rule, facts=facts, now=NOW)


def test_mails_of_an_address_go_together_and_encrypted(server, post_office):
    box, mail = post_office
    rule = server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x", mail=["ada@example.org"])
    for key in ("one", "two", "three"):
        raised(server, key, rule=rule)

    arrived = deliver_due(server, Settings(address="https://w.example", mail=mail), now=NOW)

    assert arrived == 3
    assert box.tls == [True]
    ((to, text),) = box.mails
    assert to == ["ada@example.org"]
    assert "Subject: 3 alerts: The job 'Take the inventory' failed: no factor" in text
    assert text.count("https://w.example/o/acme/alerts/") == 3
    assert {one.state for one in server.deliveries.of("acme")} == {"sent"}
    assert deliver_due(server, Settings(address="https://w.example", mail=mail), now=NOW) == 0


def test_a_name_with_a_line_break_makes_no_header(server, post_office):
    box, mail = post_office
    rule = server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x", mail=["ada@example.org"])
    raised(server, "one", rule=rule, error="x\r\nBcc: eve@example.org")

    deliver_due(server, Settings(address="https://w.example", mail=mail), now=NOW)

    head = box.mails[0][1].replace("\r\n", "\n").split("\n\n")[0]
    assert [line for line in head.split("\n") if line.lower().startswith("bcc")] == []


def test_a_mail_server_without_encryption_gets_no_mail(server):
    port = free_port()
    controller = Controller(Box(), hostname="127.0.0.1", port=port)
    controller.start()
    mail = Mail(host="localhost", port=port)
    rule = server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x", mail=["ada@example.org"])
    raised(server, "one", rule=rule)

    arrived = deliver_due(server, Settings(address="https://w.example", mail=mail), now=NOW)
    controller.stop()

    assert arrived == 0
    assert server.deliveries.of("acme")[0].state == "queued"
    assert controller.handler.mails == []


def test_a_daily_digest_waits_for_eight_in_the_morning_of_the_organisation(server, post_office):
    """12:00 UTC is 20:00 in Shanghai; eight o'clock there is midnight UTC."""
    box, mail = post_office
    rule = server.alerts.add_rule(
        "acme", name="Jobs", kind="job.failed", by="x", mail=["ada@example.org"], params={"digest": "daily"}
    )
    raised(server, "one", rule=rule)
    raised(server, "two", rule=rule)
    settings = Settings(address="https://w.example", mail=mail, zones={"acme": "Asia/Shanghai"})

    at_once = deliver_due(server, settings, now=NOW)
    before = deliver_due(server, settings, now=NOW + timedelta(hours=11, minutes=59))
    after = deliver_due(server, settings, now=NOW + timedelta(hours=12))

    assert (at_once, before, after, len(box.mails)) == (0, 0, 2, 1)


def test_a_webhook_is_signed_and_says_what_the_alert_says(server, listener):  # noqa: F811
    own, port = listener
    hook = server.alerts.add_webhook("acme", name="h", url=f"http://127.0.0.1:{port}/hook", by="x")
    secret = make_secret(server.secrets, hook.secret)
    rule = server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x", webhooks=[hook.id])
    alert = raised(server, "one", rule=rule)

    arrived = deliver_due(server, Settings(address="https://w.example", networks=LOOPBACK), now=NOW)

    ((_, headers, body),) = own.seen
    sent = int(headers["Wattstone-Signature"].split(",")[0].removeprefix("t="))
    assert arrived == 1
    assert verify(body, headers["Wattstone-Signature"], secret, now=sent)
    content = json.loads(body)
    assert (content["alert"], content["organisation"], content["kind"]) == (alert.id, "acme", "job.failed")
    assert content["text"]["en"] == "The job 'Take the inventory' failed: no factor"
    assert content["id"] == headers["Wattstone-Delivery"]


def test_a_webhook_that_fails_is_tried_later_and_at_last_given_up(server, listener):  # noqa: F811
    own, port = listener
    own.status = 500
    hook = server.alerts.add_webhook("acme", name="h", url=f"http://127.0.0.1:{port}/hook", by="x")
    make_secret(server.secrets, hook.secret)
    rule = server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x", webhooks=[hook.id])
    raised(server, "one", rule=rule)
    settings = Settings(address="https://w.example", networks=LOOPBACK)

    when, waits = NOW, []
    while (one := server.deliveries.of("acme")[0]).state == "queued":
        due = one.due.replace(tzinfo=UTC)
        waits.append(due - when)
        when = due
        deliver_due(server, settings, now=when)

    minutes = [round(one.total_seconds() / 60) for one in waits]
    assert minutes == [0, 1, 4, 16, 64, 256, 720, 720]
    assert (one.state, one.answer, len(own.seen)) == ("failed", "HTTP 500", 8)


def test_a_receiver_that_says_no_is_not_asked_again(server, listener):  # noqa: F811
    own, port = listener
    own.status = 410
    hook = server.alerts.add_webhook("acme", name="h", url=f"http://127.0.0.1:{port}/hook", by="x")
    make_secret(server.secrets, hook.secret)
    rule = server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x", webhooks=[hook.id])
    raised(server, "one", rule=rule)

    deliver_due(server, Settings(address="https://w.example", networks=LOOPBACK), now=NOW)

    assert [(one.state, one.attempts) for one in server.deliveries.of("acme")] == [("failed", 1)]


def test_nothing_is_begun_when_its_lease_may_run_out_on_the_way(server, listener, monkeypatch):  # noqa: F811
    """Receivers that take their time: what was claimed and not begun is not sent by two processes."""
    own, port = listener
    for name in ("a", "b"):
        hook = server.alerts.add_webhook("acme", name=name, url=f"http://127.0.0.1:{port}/hook", by="x")
        make_secret(server.secrets, hook.secret)
        rule = server.alerts.add_rule("acme", name=name, kind="job.failed", by="x", webhooks=[hook.id])
        raised(server, name, rule=rule)
    clock = iter(range(0, 4000, 200))  # s, at each look
    monkeypatch.setattr("wattstone.interfaces.alerts.deliver.monotonic", lambda: next(clock))
    settings = Settings(address="https://w.example", networks=LOOPBACK)

    first = deliver_due(server, settings, now=NOW)
    at_once = deliver_due(server, settings, now=NOW)
    later = deliver_due(server, settings, now=NOW + timedelta(minutes=10))

    assert (first, at_once, later, len(own.seen)) == (1, 0, 1, 2)


def test_an_alert_that_cannot_be_told_holds_up_no_other(server, listener, caplog):  # noqa: F811
    _, port = listener
    hook = server.alerts.add_webhook("acme", name="h", url=f"http://127.0.0.1:{port}/hook", by="x")
    make_secret(server.secrets, hook.secret)
    rule = server.alerts.add_rule("acme", name="Jobs", kind="job.failed", by="x", webhooks=[hook.id])
    strange = server.alerts.raise_alert("acme", kind="job.failed", key="strange", rule=rule, facts={}, now=NOW)
    told = raised(server, "told", rule=rule)

    arrived = deliver_due(server, Settings(address="https://w.example", networks=LOOPBACK), now=NOW)

    ways = {one.alert: one for one in server.deliveries.of("acme")}
    assert (arrived, ways[told.id].state) == (1, "sent")
    assert (ways[strange.id].state, ways[strange.id].answer) == ("queued", "KeyError")
    assert [one.message for one in caplog.records] == ["delivery.failed"]
