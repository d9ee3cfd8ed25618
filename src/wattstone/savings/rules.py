"""The rules of data sufficiency as data: clause, limit, source, certainty, and what they disqualify."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from wattstone.base import Finding

Sort = Literal["hour", "segmented", "day", "bill"]
"""Of model: hours, hours with a model for each month, days, bills."""

Certainty = Literal["read", "secondary", "unconfirmed", "own"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Parameters
    ----------
    code : str
        By which a finding is known and overridden: `baseline.use_days`.
    title : str
        What it asks for, in a few words.
    limit : float
        With what it compares, in `unit`.
    unit : str
        Of the limit.
    disqualifies : frozenset of {'hour', 'segmented', 'day', 'bill'}
        The sorts of model for which a breach disqualifies; for the others it is a warning.
    clause, source : str
        Where it is written.
    certainty : {'read', 'secondary', 'unconfirmed', 'own'}
        Whether the source was read, is quoted by another text, is not confirmed, or is Wattstone's own.
    found, expected, remedy : str
        Sentences of its finding.
    """

    code: str
    title: str
    limit: float
    unit: str
    disqualifies: frozenset[Sort]
    clause: str
    source: str
    certainty: Certainty
    found: str
    expected: str
    remedy: str

    def finding(self, place: str, sort: Sort, *, count: int = 1, first: str | None = None, **params: object) -> Finding:
        """A breach of the rule.

        Parameters
        ----------
        place : str
            Meter and dates.
        sort : {'hour', 'segmented', 'day', 'bill'}
            Decides whether it disqualifies.
        count, first
            As of `Finding`.
        **params
            Fields of the sentences; code, clause, source, certainty and limit are there already.
        """
        about = {"code": self.code, "clause": self.clause, "source": self.source, "certainty": self.certainty}
        return Finding(
            code=self.code,
            place=place,
            found=self.found,
            expected=self.expected,
            remedy=self.remedy,
            params={**about, "limit": f"{self.limit:g}", **params},
            count=count,
            first=first,
            severity="error" if sort in self.disqualifies else "warning",
        )


@cache
def sufficiency_rules() -> dict[str, Rule]:
    """All rules by code, in the order of the table."""
    text = files("wattstone.savings").joinpath("data", "rules.toml").read_text(encoding="utf-8")
    return {code: _rule(code, entry) for code, entry in tomllib.loads(text).items()}


def _rule(code: str, entry: dict[str, Any]) -> Rule:
    given: dict[str, Any] = {**entry, "disqualifies": frozenset(entry["disqualifies"])}
    return Rule(code=code, **given)


def unknown_overrides(codes: Iterable[str], place: str) -> list[Finding]:
    """Overrides that name no rule which disqualifies.

    Parameters
    ----------
    codes : iterable of str
        That a person names.
    place : str
        Where they are named.
    """
    known = {code for code, rule in sufficiency_rules().items() if rule.disqualifies}
    return [
        Finding(
            code="savings.override_unknown",
            place=place,
            found="'{code}' is no rule that disqualifies",
            params={"code": code, "known": ", ".join(sorted(known))},
            expected="one of {known}",
            remedy="copy the code from the finding that is to be overridden",
        )
        for code in codes
        if code not in known
    ]
