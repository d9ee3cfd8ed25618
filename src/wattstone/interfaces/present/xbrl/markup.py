"""XML as text: elements whose values are escaped here and nowhere else."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NewType

__all__ = ["Markup", "document", "join", "tag", "text"]

Markup = NewType("Markup", str)
"""Text that is XML already."""

_REFUSED: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow, escaped or not."""


def text(value: str) -> Markup:
    """A text as XML: signs escaped, those that XML does not allow replaced.

    Examples
    --------
    >>> text("a < b & c")
    'a &lt; b &amp; c'
    """
    clean = _REFUSED.sub("\N{REPLACEMENT CHARACTER}", value)
    return Markup(clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _attribute(name: str, value: str) -> str:
    quoted = text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f' {name}="{quoted}"'


def join(parts: Iterable[Markup], between: str = "") -> Markup:
    """Pieces as one."""
    return Markup(between.join(parts))


def tag(name: str, attributes: Mapping[str, str | None] | None = None, *children: Markup) -> Markup:
    """An element.

    Parameters
    ----------
    name : str
        With its prefix.
    attributes : mapping of str to str or None
        Those that are None are left out.
    *children : Markup

    Examples
    --------
    >>> tag("p", {"class": "soft", "id": None}, text("1 < 2"))
    '<p class="soft">1 &lt; 2</p>'
    """
    told = "".join(_attribute(key, value) for key, value in (attributes or {}).items() if value is not None)
    return Markup(f"<{name}{told}>{''.join(children)}</{name}>") if children else Markup(f"<{name}{told}/>")


def document(root: Markup) -> bytes:
    """A file of XML."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()
