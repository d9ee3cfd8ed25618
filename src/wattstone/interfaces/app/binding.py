"""Where the server listens, and where it will not."""

import errno
import socket
from ipaddress import ip_address

from wattstone.base import Finding, InputRefused

__all__ = ["bound", "check_exposure", "is_loopback"]

_BACKLOG = 1024


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone.

    Examples
    --------
    >>> [is_loopback(one) for one in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "192.168.1.4", "example.org")]
    [True, True, True, False, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_exposure(host: str, *, accounts: bool, covered: bool) -> None:
    """Refuse to be reached by others where anybody could take the server over, or listen in.

    Parameters
    ----------
    host : str
        To listen on.
    accounts : bool
        Whether there is an account.
    covered : bool
        Whether what travels is encrypted: by the server itself, or by a proxy in front of it.

    Raises
    ------
    InputRefused
        With all that is missing.
    """
    if is_loopback(host):
        return
    found: list[Finding] = []
    if not accounts:
        found.append(
            Finding(
                code="serve.no_account",
                place="--host",
                found="{host} is reached from other machines, and there is no account yet",
                params={"host": host},
                expected="an administrator, before others can reach the server",
                remedy="start it once without --host, and use the single-use code that it prints",
            )
        )
    if not covered:
        found.append(
            Finding(
                code="serve.in_the_clear",
                place="--host",
                found="{host} is reached from other machines, and passwords would travel in the clear",
                params={"host": host},
                expected="https: a proxy in front of the server, or a certificate",
                remedy="put a proxy in front and say --behind-proxy, or give --certificate and --key",
            )
        )
    if found:
        raise InputRefused(found)


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Parameters
    ----------
    host : str
        Name or address.
    port : int
        0 for one that is free.

    Raises
    ------
    InputRefused
        If it is taken, not allowed, or not of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise InputRefused([_refused(host, port, str(error.strerror or error))]) from None
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        taken = error.errno == errno.EADDRINUSE
        why = error.strerror or type(error).__name__
        raise InputRefused([_taken(host, port) if taken else _refused(host, port, why)]) from None
    listening.set_inheritable(True)
    return listening


def _taken(host: str, port: int) -> Finding:
    return Finding(
        code="serve.port_taken",
        place="--port",
        found="port {port} of {host} is taken: another program listens there, perhaps an earlier `wattstone serve`",
        params={"host": host, "port": port},
        expected="a port that is free",
        remedy="stop the other program, or name another port, as --port {next}".replace(
            "{next}", str(port % 65535 + 1)
        ),
    )


def _refused(host: str, port: int, why: str) -> Finding:
    return Finding(
        code="serve.cannot_listen",
        place="--host",
        found="the server cannot listen on {host}, port {port}: {why}",
        params={"host": host, "port": port, "why": why},
        expected="an address of this machine, and a port of 1024 or more",
        remedy="correct --host or --port",
    )
