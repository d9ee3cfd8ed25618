"""Static files: read once, packed once, named by what they hold, so that a browser may keep them for ever."""

import gzip
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response

from wattstone.interfaces.web.theme import favicon, tokens_css, tokens_json

BUNDLE = "charts-bundle.js"
"""Vega, Vega-Lite and Vega-Embed with the interpreter of expressions, in one file."""

CACHE = ".cache"
"""Folder in the served one for what can be made again."""

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
}
_PACKED = {"css", "js", "json", "svg"}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """A file as it is sent.

    Parameters
    ----------
    name : str
        With its ending, which says what it is.
    content : bytes
        As it is.
    """

    name: str
    content: bytes

    @property
    def kind(self) -> str:
        """Its ending."""
        return self.name.rpartition(".")[2]

    @cached_property
    def packed(self) -> bytes | None:
        """The same by gzip, None where that gains nothing."""
        return gzip.compress(self.content, 9, mtime=0) if self.kind in _PACKED else None


@dataclass(frozen=True)
class Shelf:
    """All static files of a version.

    Parameters
    ----------
    assets : dict
        By name.
    hash : str
        Of everything in them; part of their address.
    """

    assets: dict[str, Asset]
    hash: str
    _made: dict[str, Asset] = field(default_factory=dict[str, Asset], repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def address(self, name: str) -> str:
        """Where a file is found."""
        return f"/static/{self.hash}/{name}"

    def find(self, name: str, cache: Path | None = None) -> Asset | None:
        """A file by its name; the bundle is made when it is first asked for.

        Parameters
        ----------
        name : str
            With its ending.
        cache : Path or None
            A folder in which the bundle is kept from one start of the server to the next.
        """
        if name != BUNDLE:
            return self.assets.get(name)
        with self._lock:
            if name not in self._made:
                self._made[name] = Asset(BUNDLE, _bundle(cache))
        return self._made[name]


_MAKE = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle().encode())"


def kept_bundle(cache: Path) -> Path:
    """The file in which the bundle is kept, which may be there or not.

    Parameters
    ----------
    cache : Path
        The folder `CACHE` of what is served.
    """
    return cache / f"charts-bundle-{version('vl-convert-python')}.js"


def _bundle(cache: Path | None) -> bytes:
    kept = None if cache is None else kept_bundle(cache)
    if kept is not None and kept.is_file():
        return kept.read_bytes()
    # In a process of its own: it takes seconds, in which it lets no other thread of its process run.
    content = subprocess.run([sys.executable, "-c", _MAKE], capture_output=True, check=True).stdout  # noqa: S603
    if kept is not None:
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            partial = kept.with_name(f"{kept.name}.{os.getpid()}")  # several processes may make it at once
            partial.write_bytes(content)
            partial.replace(kept)
        except OSError:  # a folder that cannot be written to costs a second at each start, and nothing else
            return content
    return content


@cache
def shelf() -> Shelf:
    """The static files, read from the package once."""
    assets = {asset.name: asset for asset in _assets()}
    digest = hashlib.sha256(version("vl-convert-python").encode())
    for name in sorted(assets):
        digest.update(name.encode() + b"\0" + assets[name].content)
    return Shelf(assets, digest.hexdigest()[:16])


def _assets() -> Iterator[Asset]:
    yield Asset("tokens.css", tokens_css().encode())
    yield Asset("tokens.json", tokens_json().encode())
    yield Asset("favicon.svg", favicon().encode())
    for path in files("wattstone.interfaces.web").joinpath("static").iterdir():
        if re.fullmatch(r"[\w.-]+\.(" + "|".join(_TYPES) + ")", path.name):
            yield Asset(path.name, path.read_bytes())


def serve(found: Callable[[], Shelf]) -> Callable[[Request, str, str], Response]:
    """The handler of `/static/{hash}/{name}`.

    Parameters
    ----------
    found : callable
        Returns the shelf.
    """

    def static(request: Request, hash: str, name: str) -> Response:  # noqa: A002 - as the address calls it
        here = found()
        held = getattr(request.app.state, "service", None)
        asset = here.find(name, None if held is None else Path(held.root) / CACHE)
        if asset is None:
            return Response("not found", 404, media_type="text/plain")
        headers = {
            # A page that was loaded before an upgrade asks under the old name: it gets the new file, and keeps it not.
            "Cache-Control": _FOR_EVER if hash == here.hash else "no-cache",
            "ETag": f'"{here.hash}-{name}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        body = asset.content
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = asset.packed, "gzip"
        return Response(body, headers=headers, media_type=_TYPES[asset.kind])

    return static
