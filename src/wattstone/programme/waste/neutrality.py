"""A neutrality statement: what may be said, or why not, with the source of each rule."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.report import Said
from wattstone.programme.telling import saying
from wattstone.programme.waste.constants import held

__all__ = ["Statement", "bare_serial", "neutrality_statement", "refusals"]

COVERED = 1e-9
"""Relative: what rounding may leave uncovered."""

_say = saying("neutrality")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What may be stated.

    Parameters
    ----------
    subject : str
    footprint, reduced, removed, residual, retired : float
        Gross footprint; less than in the base period (None without one); removals within the boundary; what is left;
        credits retired for it. [t CO2e]
    says : tuple of Said
        Sentences, in the order of a statement.
    warnings : tuple of Finding
    """

    subject: str
    footprint: float
    reduced: float | None
    removed: float
    residual: float
    retired: float
    says: tuple[Said, ...]
    warnings: tuple[Finding, ...] = field(default=())


def neutrality_statement(
    claim: Mapping[str, Any], held_credits: pl.DataFrame, others: Sequence[Mapping[str, Any]] = ()
) -> Statement:
    """A neutrality statement, or its refusal.

    Parameters
    ----------
    claim : mapping
        An entry of `neutrality_claim`.
    held_credits : pl.DataFrame
        Entries of `carbon_credit`.
    others : sequence of mapping
        The other claims: a credit is used once.

    Returns
    -------
    Statement

    Raises
    ------
    InputRefused
        With every reason why it cannot be stated, each with its source.
    """
    found = refusals(claim, held_credits, others)
    if any(one.severity == "error" for one in found):
        raise InputRefused(found)
    used = _used(claim, held_credits)
    retired = float(used["amount"].sum())
    base, removed = claim["base_footprint"], claim["removals"] or 0.0
    reduced = None if base is None else base - claim["footprint"]
    residual = claim["footprint"] - removed
    return Statement(
        subject=claim["subject"], footprint=claim["footprint"], reduced=reduced, removed=removed, residual=residual,
        retired=retired, says=tuple(_sentences(claim, reduced, removed, residual, retired)), warnings=tuple(found),
    )  # fmt: skip


def _sentences(
    claim: Mapping[str, Any], reduced: float | None, removed: float, residual: float, retired: float
) -> list[Said]:
    whole = {"subject": claim["subject"], "start": claim["start"], "end": claim["end"]}
    says = [
        Said("{subject}, {start} to {end}: gross footprint {amount} t CO2e.", {**whole, "amount": claim["footprint"]})
    ]
    if reduced is not None:
        says.append(
            Said(
                "{amount} t CO2e less than in the base period {year}.",
                {"amount": reduced, "year": claim["base_year"] or "-"},
            )
        )
    if removed:
        says.append(Said("{amount} t CO2e removed within the boundary.", {"amount": removed}))
    if claim["standard"] == "gpc_target":
        says.append(Said("An inventory with a target: no neutrality is stated."))
        return says
    says.append(
        Said(
            "{residual} t CO2e are left and counterbalanced by {retired} t CO2e of retired credits.",
            {"residual": residual, "retired": retired},
        )
    )
    return says


def refusals(
    claim: Mapping[str, Any], held_credits: pl.DataFrame, others: Sequence[Mapping[str, Any]] = ()
) -> list[Finding]:
    """Why a claim cannot be stated, and what to look at where it can; all at once.

    Parameters
    ----------
    claim, held_credits, others
        As in `neutrality_statement`.

    Returns
    -------
    list of Finding
        Errors refuse; warnings are told.
    """
    return [
        *_of_dates(claim), *_of_base(claim), *_of_standard(claim), *_of_order(claim),
        *_of_credits(claim, held_credits, others),
    ]  # fmt: skip


def bare_serial(serial: str) -> str:
    """A serial number without blanks and case, by which credits are compared.

    Examples
    --------
    >>> bare_serial(" vcs 12-A") == bare_serial("VCS12-a")
    True
    """
    return "".join(serial.split()).casefold()


def _of_base(claim: Mapping[str, Any]) -> list[Finding]:
    """A reduction is against a year before the period, and no more is removed than was emitted."""
    rules, found = held("rules"), list[Finding]()
    year, removed = claim["base_year"], claim["removals"] or 0.0
    if claim["base_footprint"] is not None and (year is None or year >= claim["start"].year):
        found.append(
            _finding(
                claim, "base_year", "the base year {year} is not before the period that starts in {start}",
                "a base year before the period: a reduction is against what was before ({source})",
                "enter the base year", year="-" if year is None else year, start=claim["start"].year,
                source=rules["hierarchy"]["source"],
            )
        )  # fmt: skip
    if claim["standard"] != "gpc_target" and removed > claim["footprint"]:
        found.append(
            _finding(
                claim, "removals_over", "{removed} t CO2e are removed of a footprint of {footprint} t CO2e",
                "removals for what is left after reductions, no more than the footprint ({source})",
                "correct the removals; tell what is beyond the footprint apart", removed=removed,
                footprint=claim["footprint"], source=rules["hierarchy"]["source"],
            )
        )  # fmt: skip
    return found


_SCOPE: Final = re.compile(r"(?:scope|范围)?\s*([123])", re.IGNORECASE)


def _scope(text: str) -> str:
    """`1` of `Scope 1`; another text as it is."""
    told = _SCOPE.fullmatch(text.strip())
    return told[1] if told else text.strip()


def _of_dates(claim: Mapping[str, Any]) -> list[Finding]:
    found: list[Finding] = []
    if claim["end"] < claim["start"]:
        found.append(
            _finding(
                claim, "period", "the period ends on {end}, before its first day", "a last day after the first one",
                "correct the dates", end=claim["end"],
            )
        )  # fmt: skip
    elif claim["stated"] <= claim["end"]:
        found.append(
            _finding(
                claim, "ahead", "it is stated on {stated}, before its period ends on {end}",
                "a statement on a period that is over: its footprint is known then",
                "state it after the last day, or word it as a target", stated=claim["stated"], end=claim["end"],
            )
        )  # fmt: skip
    return found


def _of_standard(claim: Mapping[str, Any]) -> list[Finding]:
    rules, found = held("rules"), list[Finding]()
    if _by_territory(claim):
        found.append(
            _finding(
                claim, "territory", "ISO 14068-1 is named for a territory",
                "an organisation, product, building or event: the standard is not meant for territories ({source})",
                "state an inventory with a target by the GPC, or let the property manager or residents' committee claim"
                " as an organisation",
                source=rules["territory"]["source"],
            )
        )  # fmt: skip
    gone = rules["pas_2060"]
    if claim["standard"] == "pas_2060" and claim["stated"] >= gone["from"]:
        found.append(
            _finding(
                claim, "withdrawn", "PAS 2060 is named on {stated}, after it was withdrawn",
                "a standard in force ({source})", "use ISO 14068-1, or an inventory with a target for a territory",
                stated=claim["stated"], source=gone["source"],
            )
        )  # fmt: skip
    scopes = {_scope(one) for one in claim["scopes"] or ()}
    if claim["standard"] == "iso_14068_1" and claim["subject_type"] == "organisation" and not scopes >= {"1", "2", "3"}:
        found.append(
            _finding(
                claim, "scopes", "the footprint holds the scopes {scopes}", "scopes 1, 2 and 3 ({source})",
                "compute the footprint of all scopes, and write 1; 2; 3", scopes=", ".join(sorted(scopes)) or "-",
                source=rules["scopes"]["source"],
            )
        )  # fmt: skip
    eu = rules["eu_claims"]
    if (
        claim["subject_type"] == "product"
        and claim["eu_consumers"]
        and claim["credits"]
        and claim["stated"] >= eu["from"]
    ):
        found.append(
            _finding(
                claim, "eu_consumers",
                "a product is called neutral by credits to consumers in the EU, from {day} on",
                "no such claim, as the date of {source} was read; the content of the rule is unconfirmed here",
                "have the claim checked against the law before it is published", severity="warning", day=eu["from"],
                source=eu["source"],
            )
        )  # fmt: skip
    return found


def _by_territory(claim: Mapping[str, Any]) -> bool:
    """Whether a territory claims by a standard that is not meant for it."""
    return claim["subject_type"] == "territory" and claim["standard"] == "iso_14068_1"


def _of_order(claim: Mapping[str, Any]) -> list[Finding]:
    """Credits come last: after a plan, and after a reduction that can be shown."""
    rules = held("rules")
    if claim["standard"] == "gpc_target":
        return (
            [
                _finding(
                    claim, "credits_in_inventory", "credits are used where no neutrality is stated",
                    "an inventory without credits: they are never taken off it",
                    "leave the credits out, or choose a standard",
                )
            ]
            if claim["credits"]
            else []
        )  # fmt: skip
    if not claim["credits"] and not claim["removals"]:
        return []
    found: list[Finding] = []
    if not claim["plan"]:
        found.append(
            _finding(
                claim, "no_plan", "credits or removals are used without a plan of reductions",
                "a plan first ({source})",
                "write the plan, and say where it is", source=rules["hierarchy"]["source"],
            )
        )  # fmt: skip
    excused = claim["standard"] == "pas_2060" and bool(claim["first_period"])
    base = claim["base_footprint"]
    if excused or (base is not None and claim["footprint"] < base):
        return found
    rule = rules["later_period" if claim["standard"] == "pas_2060" else "hierarchy"]
    told = (
        "credits or removals are used before anything was reduced: the footprint of the base period is not stated"
        if base is None
        else "credits or removals are used before anything was reduced: the footprint is {footprint} t CO2e,"
        " that of the base period {base}"
    )
    found.append(
        _finding(
            claim, "offset_first", told, "a footprint below that of the base period ({source})",
            "reduce first; enter the footprint of the base period", source=rule["source"],
            **({} if base is None else {"footprint": claim["footprint"], "base": base}),
        )
    )  # fmt: skip
    return found


def _of_credits(
    claim: Mapping[str, Any], held_credits: pl.DataFrame, others: Sequence[Mapping[str, Any]]
) -> list[Finding]:
    rule = held("rules")["credits"]["source"]
    bare = {bare_serial(one): one.strip() for one in reversed(claim["credits"] or ())}
    named = [bare_serial(one) for one in claim["credits"] or ()]
    found = [
        _of(
            claim,
            "used_twice",
            bare[one],
            "credit {serial} stands there twice",
            "each credit once ({source})",
            source=rule,
        )
        for one in sorted({one for one in named if named.count(one) > 1})
    ]
    elsewhere = {bare_serial(one): other["subject"] for other in others for one in other["credits"] or ()}
    known = held_credits.to_dicts()
    for one in dict.fromkeys(named):
        rows, serial = [row for row in known if bare_serial(row["serial"]) == one], bare[one]
        if one in elsewhere:
            found.append(
                _of(
                    claim, "used_twice", serial, "credit {serial} is used by the statement of {other} already",
                    "each credit once, in one statement ({source})", other=elsewhere[one], source=rule,
                )
            )  # fmt: skip
        if not rows:
            found.append(
                _of(claim, "unknown_credit", serial, "there is no credit {serial}", "credits that are entered as such")
            )
        elif len(rows) > 1:
            found.append(
                _of(
                    claim, "retired_twice", serial, "credit {serial} stands in {number} registries: {registries}",
                    "a credit in one registry, retired once ({source})", number=len(rows), source=rule,
                    registries=", ".join(row["registry"] for row in rows),
                )
            )  # fmt: skip
        else:
            found.extend(_of_credit(claim, rows[0]))
    return found if any(one.severity == "error" for one in found) else [*found, *_uncovered(claim, held_credits)]


def _of_credit(claim: Mapping[str, Any], credit: Mapping[str, Any]) -> list[Finding]:
    serial, stated, found = credit["serial"], claim["stated"], list[Finding]()
    retired, expires = credit["retired"], credit["expires"]
    if retired is None or retired > stated:
        found.append(
            _of(
                claim, "not_retired", serial, "credit {serial} is not retired on {day}",
                "credits retired before the statement ({source})", day=stated,
                source=held("rules")["credits"]["source"],
            )
        )  # fmt: skip
    if expires is not None and expires < (retired or stated):
        found.append(
            _of(
                claim, "expired", serial, "credit {serial} expired on {day}, before it was retired",
                "credits that are valid when they are retired ({source})", day=expires,
                source=held("rules")["credits"]["source"],
            )
        )  # fmt: skip
    if credit["vintage"] > stated.year:
        found.append(
            _of(
                claim, "vintage", serial, "credit {serial} is of {year}, after the statement",
                "reductions that have happened", year=credit["vintage"],
            )
        )  # fmt: skip
    if credit["beneficiary"] and credit["beneficiary"].strip() != claim["subject"].strip():
        found.append(
            _of(
                claim, "beneficiary", serial, "credit {serial} was retired on behalf of {who}",
                "credits retired on behalf of the subject", severity="warning", who=credit["beneficiary"],
            )
        )  # fmt: skip
    return found


def _uncovered(claim: Mapping[str, Any], held_credits: pl.DataFrame) -> list[Finding]:
    if claim["standard"] == "gpc_target" or _by_territory(claim):
        return []  # no claim can be made: nobody is told to buy credits for it
    residual = claim["footprint"] - (claim["removals"] or 0.0)
    retired = float(_used(claim, held_credits)["amount"].sum())
    if retired >= residual * (1.0 - COVERED):
        return []
    return [
        _finding(
            claim, "uncovered", "{retired} t CO2e of credits stand against {residual} t CO2e that are left",
            "credits for all that is left", "reduce more, or retire more credits", retired=retired, residual=residual,
        )
    ]  # fmt: skip


def _used(claim: Mapping[str, Any], held_credits: pl.DataFrame) -> pl.DataFrame:
    named = {bare_serial(one) for one in claim["credits"] or ()}
    return held_credits.filter([bare_serial(one) in named for one in held_credits["serial"]])


def _of(claim: Mapping[str, Any], code: str, serial: str, found: str, expected: str, **params: Any) -> Finding:
    return _finding(claim, code, found, expected, "take another credit, or correct the entry", serial=serial, **params)


def _finding(
    claim: Mapping[str, Any], code: str, found: str, expected: str, remedy: str, severity: Any = "error", **params: Any
) -> Finding:
    return _say(f"neutrality_claim '{claim['entry']}'", code, found, expected, remedy, severity, **params)
