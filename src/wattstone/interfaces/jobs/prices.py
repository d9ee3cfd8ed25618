"""How much prices rose, as jobs are asked of it: what is counted by spend is more in money without being more."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.present.languages import mark

__all__ = ["Inflation", "price_rises", "unread"]

Inflation = Annotated[
    tuple[str, ...],
    Field(max_length=50, description=mark(
        "How much prices rose of what is counted by spend, as 2.5 for all of it or services_spend=3. [%]"
    )),
]  # fmt: skip


def price_rises(texts: tuple[str, ...]) -> Mapping[str, float]:
    """Percent by kind, `""` for all of it, as the change from year to year takes them.

    Raises
    ------
    InputRefused
        With every text that cannot be read.
    """
    rose: dict[str, float] = {}
    found: list[Finding] = []
    for text in texts:
        kind, _, value = text.rpartition("=")
        try:
            rose[kind.strip()] = float(value)
        except ValueError:
            found.append(unread("inflation", text, "2.5, or a kind and its share, as services_spend=3"))
    if found:
        raise InputRefused(found)
    return rose


def unread(name: str, text: str, expected: str) -> Finding:
    """What is said of a parameter in which a text cannot be read."""
    return Finding(
        code="job.params",
        place=f"/{name}",
        found="'{text}' cannot be read",
        expected=expected,
        remedy="write it like that",
        params={"text": text},
    )
