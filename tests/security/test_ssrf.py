"""A webhook cannot be turned against the server's own machine or network."""

import http.server
import ipaddress
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.interfaces.alerts.addresses import Blocked, allowed_networks, judged, resolve
from wattstone.interfaces.alerts.webhook import post

# Blocks of the IANA special-purpose registries, metadata services of clouds, and ways to write an address otherwise.
PRIVATE = (
    "127.0.0.1", "127.255.1.2", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.7", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "2001:0:7f00:1::", "2001:db8::1", "::7f00:1",
)  # fmt: skip
PUBLIC = ("93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808")


def gives(*addresses: str):
    return lambda _host, _port: list(addresses)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_reached(address):
    with pytest.raises(Blocked, match="not public"):
        resolve("https://hooks.example.org/x", lookup=gives(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address):
    target = resolve("https://hooks.example.org/x?y=1", lookup=gives(address))

    assert (target.address, target.host, target.port, target.path) == (address, "hooks.example.org", 443, "/x?y=1")


def test_one_private_address_among_public_ones_is_enough():
    with pytest.raises(Blocked):
        resolve("https://hooks.example.org/", lookup=gives("8.8.8.8", "10.0.0.1"))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_written_as_ipv6_is_judged_the_same(address):
    mapped = ipaddress.ip_address(f"::ffff:{address}")

    assert judged(mapped) == judged(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/", "ftp://hooks.example.org/", "file:///etc/passwd", "gopher://hooks.example.org/",
        "https://user:word@hooks.example.org/", "https:///nothing", "https://hooks.example.org:99999/",
        "https://hooks.example.org/a b", "https://hooks.example.org\\@10.0.0.1/", "https://[::1", "not an address",
        "https://hooks.example.org/\r\nHost: evil", "https://" + "a" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(Blocked):
        resolve(url, lookup=gives("8.8.8.8"))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "127.1", "localhost"])
def test_other_ways_to_write_loopback_do_not_help(host):
    with pytest.raises(Blocked):
        resolve(f"https://{host}/")


def test_an_allowed_network_of_ones_own_is_reached_and_no_other():
    own = allowed_networks(["10.20.0.0/16"])

    assert resolve("http://scada.example/x", allowed=own, lookup=gives("10.20.1.1")).scheme == "http"
    with pytest.raises(Blocked):
        resolve("http://scada.example/x", allowed=own, lookup=gives("10.21.1.1"))


class Listener(http.server.BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers as it is told."""

    seen: list[tuple[str, dict[str, str], bytes]]
    status = 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append((self.path, dict(self.headers), body))
        self.send_response(type(self).status)
        if type(self).status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815

    def log_message(self, format, *args):  # noqa: A002
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[tuple[type[Listener], int]]:
    own = type("Own", (Listener,), {"seen": [], "status": 200})
    server = http.server.HTTPServer(("127.0.0.1", 0), own)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield own, server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


LOOPBACK = allowed_networks(["127.0.0.0/8"])


def test_the_connection_goes_to_the_address_that_was_judged(listener):
    """A name that stands for another address when it is asked again changes nothing: it is asked once."""
    own, port = listener
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    asked: list[str] = []

    def lookup(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    url = f"http://rebinding.example:{port}/hook"
    answer = post(url, {"a": 1}, ["s"], delivery="d1", allowed=LOOPBACK, lookup=lookup)

    assert answer.ok
    assert asked == ["rebinding.example"]
    assert own.seen[0][1]["Host"] == f"rebinding.example:{port}"


def test_redirects_are_not_followed(listener):
    own, port = listener
    own.status = 302

    answer = post(f"http://127.0.0.1:{port}/hook", {}, ["s"], delivery="d1", allowed=LOOPBACK)

    assert not answer.ok
    assert answer.final
    assert [path for path, *_ in own.seen] == ["/hook"]


def test_nothing_is_sent_to_a_private_address(listener):
    own, port = listener

    answer = post(f"http://127.0.0.1:{port}/hook", {}, ["s"], delivery="d1")

    assert not answer.ok
    assert answer.final
    assert own.seen == []


def test_a_proxy_of_the_environment_is_not_used(listener, monkeypatch):
    """It would resolve the name itself, and could reach what this machine may not."""
    own, port = listener
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert post(f"http://127.0.0.1:{port}/hook", {}, ["s"], delivery="d1", allowed=LOOPBACK).ok
    assert len(own.seen) == 1
