"""Counts what contradicts itself in a source, meter by meter, and says it in few findings."""

from datetime import datetime

import polars as pl

from wattstone.base import Finding

NAMED = 20  # meters that get a finding of their own; the others share one
FEW = 0.01  # share of a meter's readings that may contradict each other before the source is refused

_TEXTS = {
    "readings.conflict": (
        "{count} {count:interval is|intervals are} given more than once with different values",
        "one value for each meter and interval",
        "keep the right one; if it is the hour that comes twice in autumn, write times with their offset",
    ),
    "readings.contradiction": (
        "{count} {count:interval has|intervals have} one value in one of the files and another one in another",
        "files that say the same wherever they overlap",
        "take in first the file that is to be corrected, then, in a second run, the one that corrects it",
    ),
    "readings.overlap": (
        "{count} {count:interval reaches|intervals reach} into the next one",
        "intervals that end before the next begins",
        "state the right interval length; half-hourly and hourly exports of one meter cannot be mixed",
    ),
    "readings.mixed": (
        "{count} {count:interval reaches|intervals reach} into intervals of another length that are there already",
        "one interval length for each stretch of time",
        "load this export under a meter of its own, or correct with readings of the same interval",
    ),
}


class Tally:
    """Takes problem rows partition by partition; gives findings at the end.

    Parameters
    ----------
    names : dict of int to str
        Meter ids by key.
    source : str
        As messages call it.
    declared : frozenset of int
        Meters whose interval length was declared rather than seen.
    """

    def __init__(self, names: dict[int, str], source: str, declared: frozenset[int]) -> None:
        self.declared = declared
        self._names, self._source = names, source
        self._seen: dict[str, dict[int, tuple[int, datetime]]] = {}

    def add(self, code: str, rows: pl.DataFrame) -> None:
        """Count rows with columns meter and start."""
        if rows.is_empty():
            return
        seen = self._seen.setdefault(code, {})
        for meter, count, first in rows.group_by("meter").agg(pl.len(), pl.col("start").min()).iter_rows():
            before, earliest = seen.get(meter, (0, first))
            seen[meter] = (before + count, min(earliest, first))

    def refuses(self) -> bool:
        """Whether something was seen that refuses the source whatever follows."""
        return any(code != "readings.conflict" for code in self._seen)

    def findings(self, rows: int) -> list[Finding]:
        """What was seen, in a source of so many rows.

        A few values that contradict others are a warning: the last one given counts and is flagged.
        """
        found: list[Finding] = []
        for code, seen in self._seen.items():
            conflicts = sum(count for count, _ in seen.values())
            mild = code == "readings.conflict" and conflicts <= FEW * rows
            ranked = sorted(seen.items(), key=lambda item: (-item[1][0], item[0]))
            found += [self._finding(code, self._names[meter], *what, mild) for meter, what in ranked[:NAMED]]
            if len(ranked) > NAMED:
                found.append(self._others(code, ranked[NAMED:], mild))
        return found

    def _finding(self, code: str, meter: str, count: int, first: datetime, mild: bool) -> Finding:
        text, expected, remedy = _TEXTS[code]
        return Finding(
            code=code,
            place=f"{self._source}, meter '{meter}'",
            found=text,
            count=count,
            first=f"{first:%Y-%m-%dT%H:%MZ}",
            expected=expected,
            remedy=remedy,
            severity="warning" if mild else "error",
        )

    def _others(self, code: str, rest: list[tuple[int, tuple[int, datetime]]], mild: bool) -> Finding:
        text, expected, remedy = _TEXTS[code]
        return Finding(
            code=code,
            place=f"{self._source}, {len(rest)} more meters",
            found=text,
            count=sum(count for _, (count, _) in rest),
            first=f"{min(first for _, (_, first) in rest):%Y-%m-%dT%H:%MZ}",
            expected=expected,
            remedy=remedy,
            severity="warning" if mild else "error",
        )
