"""Placeholders: where a text shows a figure, it names it, so that the number is always the workspace's own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["Kind", "Placeholder", "placeholders", "without_placeholders"]

Kind = Literal["figure", "table"]

_PLACE: Final = re.compile(r"\{\{\s*(?P<kind>[A-Za-z]+)\s*:\s*(?P<rest>[^{}]*?)\s*\}\}")
_ANY: Final = re.compile(r"\{\{.*?\}\}|\{\{|\}\}", re.DOTALL)
_FIGURE: Final = re.compile(
    r"(?P<name>[^@|\s]+)@(?P<period>[^@|\s]+)(?:@(?P<subject>[^|]*?[^|\s]))?(?:\s*\|\s*(?P<unit>[^|]*?[^|\s]))?"
)


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """What stands in the place of a number or a table.

    Parameters
    ----------
    text : str
        As it was written, with its braces.
    kind : {'figure', 'table'} or None
        None where nobody can tell what it names.
    name, period, subject : str
        Of a figure, as `wattstone trace` takes it: `scope2.location`, `2025`, `organisation`. Of a table the name is
        the topic's.
    unit : str
        In which it is shown; empty for the one that fits its size.
    """

    text: str
    kind: Kind | None
    name: str = ""
    period: str = ""
    subject: str = "organisation"
    unit: str = ""

    @property
    def key(self) -> str:
        """Of the figure: `scope2.location@2025`, with its subject where that is not the organisation."""
        return f"{self.name}@{self.period}" + ("" if self.subject == "organisation" else f"@{self.subject}")


def placeholders(text: str) -> Iterator[Placeholder]:
    """The placeholders of a text, in their order; braces that make none are told as such.

    Parameters
    ----------
    text : str
        Markdown.

    Examples
    --------
    >>> [one.key for one in placeholders("{{figure:scope1@2025}} of {{figure: scope1@2024@site:HQ | t CO2e}}")]
    ['scope1@2025', 'scope1@2024@site:HQ']
    >>> [one.kind for one in placeholders("{{figure:scope1}}, {{table:metrics.ghg}}, {{")]
    [None, 'table', None]
    """
    for found in _ANY.finditer(text):
        yield _placeholder(found[0])


def without_placeholders(text: str) -> str:
    """A text with a blank for each placeholder: what is left was typed."""
    return _ANY.sub(" ", text)


def _placeholder(text: str) -> Placeholder:
    whole = _PLACE.fullmatch(text)
    if whole is None:
        return Placeholder(text=text, kind=None)
    if whole["kind"].lower() == "table":
        named = whole["rest"] and not re.search(r"\s", whole["rest"])
        return Placeholder(text=text, kind="table" if named else None, name=whole["rest"])
    figure = _FIGURE.fullmatch(whole["rest"]) if whole["kind"].lower() == "figure" else None
    if figure is None:
        return Placeholder(text=text, kind=None)
    subject = figure["subject"] or "organisation"
    return Placeholder(
        text=text, kind="figure", name=figure["name"], period=figure["period"], subject=subject.strip(),
        unit=(figure["unit"] or "").strip(),
    )  # fmt: skip
