"""Where a webhook may go: nowhere that only this machine or its network can reach, unless the owner allows it.

A name is resolved once, every address that it stands for is judged, and the connection is made to the address that was
judged: a name that stands for another address a moment later changes nothing [1]_.

References
----------
.. [1] OWASP, "Server-Side Request Forgery Prevention Cheat Sheet"; the address blocks are those of the IANA IPv4 and
   IPv6 Special-Purpose Address Registries (RFC 6890), as the standard library's `ipaddress` has them.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from wattstone.base import Finding, InputRefused

__all__ = ["Blocked", "Target", "allowed_networks", "judged", "resolve"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Lookup = Callable[[str, int], Iterable[str]]
LONGEST = 2000

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))  # RFC 6052, RFC 8215
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291, 2.5.5.1
_SPECIAL = tuple(
    ipaddress.ip_network(one)
    for one in (
        "192.0.0.0/24", "192.88.99.0/24", "100::/64", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip  # in the registries, and not in the standard library's lists of every Python
_METADATA = frozenset({ipaddress.ip_address("168.63.129.16")})  # a cloud's own service behind a public address


class Blocked(InputRefused):
    """A webhook may not go there. Nothing was sent."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """An address that was looked up and judged.

    Parameters
    ----------
    scheme : str
        `https`, or `http` where a network of one's own is allowed.
    host : str
        Its name, for the certificate and the `Host` header.
    address : str
        To connect to.
    port : int
        To connect to.
    path : str
        With the query.
    """

    scheme: str
    host: str
    address: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """With the address in place of the name."""
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{shown}:{self.port}{self.path}"

    @property
    def authority(self) -> str:
        """The `Host` header."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == {"http": 80, "https": 443}[self.scheme] else f"{shown}:{self.port}"


def allowed_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks that an owner allows, as `10.1.0.0/16`.

    Raises
    ------
    ValueError
        If one is no network.
    """
    return tuple(ipaddress.ip_network(one.strip(), strict=False) for one in texts)


def resolve(url: str, *, allowed: Sequence[Network] = (), lookup: Lookup | None = None) -> Target:
    """Look a webhook's address up, and judge it.

    Parameters
    ----------
    url : str
        `https://HOST[:PORT]/PATH`; `http` for allowed networks alone.
    allowed : sequence of network
        That may be reached although they are not public.
    lookup : callable or None
        Gives the addresses of a name; the system's resolver where None.

    Returns
    -------
    Target
        With an address that was judged; all of the name's were.

    Raises
    ------
    Blocked
        If it is no address of this kind, cannot be looked up, or stands for an address that may not be reached.
    """
    scheme, host, port, path = _parts(url)
    try:
        found = sorted(set((lookup or _system)(host, port)))
    except (OSError, UnicodeError) as error:
        raise Blocked([_finding("webhook.unknown", url, "the name {host} cannot be looked up", host=host)]) from error
    if not found:
        raise Blocked([_finding("webhook.unknown", url, "the name {host} stands for no address", host=host)])
    for one in found:
        address = ipaddress.ip_address(one)
        inside = _inside(address, allowed)
        if not inside and not judged(address):
            raise Blocked(
                [
                    _finding(
                        "webhook.private",
                        url,
                        "{address} is not public"
                        if host == one
                        else "{host} stands for {address}, which is not public",
                        host=host,
                        address=one,
                    )
                ]
            )
        if scheme == "http" and not inside:
            raise Blocked([_finding("webhook.plain", url, "it goes over plain http")])
    return Target(scheme=scheme, host=host, address=found[0], port=port, path=path)


def judged(address: Address) -> bool:
    """Whether an address is a public one, with whatever it carries inside it.

    Examples
    --------
    >>> [judged(ipaddress.ip_address(one)) for one in ("93.184.215.14", "127.0.0.1", "::ffff:10.0.0.1", "fe80::1")]
    [True, False, False, False]
    """
    return all(
        one.is_global
        and not one.is_multicast
        and one not in _METADATA
        and not any(one.version == net.version and one in net for net in _SPECIAL)
        for one in _carried(address)
    )


def _carried(address: Address) -> tuple[Address, ...]:
    """An address, and the IPv4 addresses that an IPv6 one stands for on the way."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    found: list[Address] = [address]
    if address.sixtofour is not None:
        found.append(address.sixtofour)
    if address.teredo is not None:
        found += address.teredo
    if any(address in net for net in _NAT64) or address in _COMPATIBLE:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(found)


def _inside(address: Address, allowed: Sequence[Network]) -> bool:
    plain = _carried(address)[0]
    return any(plain.version == net.version and plain in net for net in allowed)


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        ascii_host = host if ":" in host else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise Blocked([_finding("webhook.url", url, "it cannot be read as an address")]) from None
    strange = any(ord(one) < 33 or ord(one) == 127 for one in url) or "\\" in url or len(url) > LONGEST
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password or strange:
        raise Blocked([_finding("webhook.url", url, "it cannot be used as an address")])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, ascii_host, port or {"http": 80, "https": 443}[parts.scheme], path


def _system(host: str, port: int) -> Iterable[str]:
    for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        yield str(where[0]).partition("%")[0]


def _finding(code: str, url: str, found: str, **params: str) -> Finding:
    return Finding(
        code=code,
        place=f"webhook {url[:200]!r}",
        found=found,
        params={**params, "pointer": "#/url"},
        expected="https://HOST/PATH, without a name and password, of a host that anybody on the internet can reach",
        remedy="correct it; a network of your own has to be named in WATTSTONE_ALERTS_NETWORKS",
    )
