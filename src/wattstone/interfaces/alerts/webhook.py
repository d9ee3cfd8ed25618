"""A webhook sent: to the address that was judged, never on to another, and signed."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattstone.interfaces.alerts.addresses import Blocked, Lookup, Network, resolve
from wattstone.interfaces.alerts.signing import HEADER, sign
from wattstone.interfaces.present.languages import mark

__all__ = ["Answer", "post"]

PATIENCE = 10.0  # s for each of connecting, sending and the answer
READ = 500  # bytes of an answer that are kept


@dataclass(frozen=True)
class Answer:
    """What came of it.

    Parameters
    ----------
    ok : bool
        It was taken.
    text : str
        What was answered, for people to read.
    final : bool
        Trying again would not help.
    """

    ok: bool
    text: str
    final: bool = False


def post(
    url: str,
    content: Mapping[str, Any],
    secrets: Sequence[str],
    *,
    delivery: str,
    allowed: Sequence[Network] = (),
    lookup: Lookup | None = None,
) -> Answer:
    """Send content to a webhook.

    Parameters
    ----------
    url : str
        Where to.
    content : mapping
        JSON values.
    secrets : sequence of str
        That sign it.
    delivery : str
        Id, by which a receiver knows one that comes twice.
    allowed : sequence of network
        That may be reached although they are not public.
    lookup : callable or None
        Gives the addresses of a name; the system's resolver where None.
    """
    import httpx

    if not secrets:
        return Answer(ok=False, text=mark("the webhook's secret is gone: give it a new one"), final=True)
    try:
        target = resolve(url, allowed=allowed, lookup=lookup)
    except Blocked as blocked:
        unknown = blocked.findings[0].code == "webhook.unknown"
        return Answer(ok=False, text=blocked.findings[0].text(), final=not unknown)
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Host": target.authority,
        "Content-Type": "application/json",
        "User-Agent": "Wattstone",
        "Wattstone-Delivery": delivery,
        HEADER: sign(body, secrets, at=int(time.time())),
    }
    extensions = {"sni_hostname": target.host} if target.scheme == "https" else {}
    try:
        with (
            httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", target.url, content=body, headers=headers, extensions=extensions) as response,
        ):
            return _answer(response.status_code, _beginning(response.iter_raw()))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(ok=False, text=type(error).__name__)


def _beginning(pieces: Any) -> str:
    """The first bytes of an answer: whoever answers without end is not listened to."""
    return next(iter(pieces), b"")[:READ].decode("utf-8", errors="replace")


def _answer(status: int, text: str) -> Answer:
    if 200 <= status < 300:
        return Answer(ok=True, text=f"HTTP {status}")
    if 300 <= status < 400:
        return Answer(ok=False, text=f"HTTP {status}: redirects are not followed; give the address itself", final=True)
    final = 400 <= status < 500 and status not in (408, 425, 429)
    return Answer(ok=False, text=f"HTTP {status} {text}".strip()[:READ], final=final)
