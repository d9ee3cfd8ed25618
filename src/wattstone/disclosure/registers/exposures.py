"""Exposed amounts over one denominator: never a share of what has another meaning, currency or year."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.disclosure.line_names import part
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Column, Line, Said, Table
from wattstone.programme.telling import saying

__all__ = ["CATEGORIES", "Exposed", "exposed", "exposure_findings", "exposure_lines", "exposure_tables"]

CATEGORIES: Final = ("transition", "physical", "opportunity")
WHOLE: Final = "whole"

_OF: Final = record_kind("exposure").field("denominator").choices
_METHOD: Final = "disclose.exposure/1"
_LABELS: Final = {
    "transition": ("Amount exposed to transition risks", "Share exposed to transition risks"),
    "physical": ("Amount exposed to physical risks", "Share exposed to physical risks"),
    "opportunity": ("Amount in line with opportunities", "Share in line with opportunities"),
}  # fmt: skip
_TITLES: Final = {
    "transition": "Exposed to transition risks", "physical": "Exposed to physical risks",
    "opportunity": "In line with opportunities",
}  # fmt: skip
_say = saying("disclose.exposure")


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """A category in a year.

    Parameters
    ----------
    category : str
    parts : polars.DataFrame
        Its entries.
    amount : float or None
        Of all parts.
    whole : float or None
        The denominator.
    denominator, unit : str
    definition : str
        Of the denominator, as the accounts have it.
    whole_unit, whole_input : str
        Of the denominator: its currency, and its entry.
    inputs : tuple of str
    why : Said or None
        Why there is no amount.
    why_share : Said or None
        Why there is no share, where there is an amount.
    """

    category: str
    parts: pl.DataFrame
    amount: float | None = None
    whole: float | None = None
    denominator: str = ""
    unit: str = ""
    definition: str = ""
    whole_unit: str = ""
    whole_input: str = ""
    inputs: tuple[str, ...] = field(default=())
    why: Said | None = None
    why_share: Said | None = None

    @property
    def share(self) -> float | None:
        """Of the denominator, 0 to 1."""
        if self.amount is None or self.whole is None or self.why_share is not None:
            return None
        return self.amount / self.whole


def exposed(exposures: pl.DataFrame, denominators: pl.DataFrame) -> tuple[Exposed, ...]:
    r"""Amounts and shares by category.

    Parameters
    ----------
    exposures, denominators : polars.DataFrame
        Entries of kinds `exposure` and `denominator_amount` of one year.

    Returns
    -------
    tuple of Exposed
        Those that have entries.

    Notes
    -----
    .. math:: s_c = \frac{\sum_{p \in c} a_p}{D_c}

    with one denominator :math:`D_c` for all parts of a category. A part that is called `whole` stands alone.
    """
    return tuple(_one(name, mine, denominators) for name in CATEGORIES
                 if (mine := exposures.filter(category=name).sort("part")).height)  # fmt: skip


def _one(category: str, parts: pl.DataFrame, denominators: pl.DataFrame) -> Exposed:
    names, units = parts["denominator"].unique().sort().to_list(), parts["currency"].unique().sort().to_list()
    inputs = tuple(f"entry:{one}" for one in parts["hash"].sort())
    if len(names) > 1:
        why = Said("its parts are told out of several denominators: {names}", {"names": ", ".join(names)})
        return Exposed(category=category, parts=parts, inputs=inputs, why=why)
    if len(units) > 1:
        why = Said("its parts are in several currencies: {units}", {"units": ", ".join(units)})
        return Exposed(category=category, parts=parts, inputs=inputs, denominator=names[0], why=why)
    if parts.height > 1 and WHOLE in parts["part"].to_list():
        why = Said("the whole is told beside its parts, and would count twice")
        return Exposed(category=category, parts=parts, inputs=inputs, denominator=names[0], unit=units[0], why=why)
    amount = float(parts["amount"].sum())
    of = denominators.filter(denominator=names[0])
    known: dict[str, Any] = {
        "category": category,
        "parts": parts,
        "amount": amount,
        "denominator": names[0],
        "unit": units[0],
    }
    if of.is_empty():
        why = Said("no amount is entered of {denominator}", {"denominator": names[0]})
        return Exposed(**known, inputs=inputs, why_share=why)
    row = of.row(0, named=True)
    why = None
    if row["currency"] != units[0]:
        why = Said("the denominator is in {other}, the amount in {unit}", {"other": row["currency"], "unit": units[0]})
    elif amount > row["amount"]:
        why = Said("the amount exposed is more than the whole of {whole}", {"whole": row["amount"]})
    return Exposed(
        **known, whole=float(row["amount"]), whole_unit=row["currency"], whole_input=f"entry:{row['hash']}",
        definition=row["definition"], inputs=(*inputs, f"entry:{row['hash']}"), why_share=why,
    )  # fmt: skip


def exposure_lines(held: tuple[Exposed, ...], year: int) -> Iterator[Line]:
    """Denominators, amount and share of each category, and the amount of each part.

    Parameters
    ----------
    held : tuple of Exposed
    year : int
    """
    for one in {each.denominator: each for each in held if each.whole is not None}.values():
        yield Line(
            name=_whole(one), label=_OF[one.denominator], value=one.whole, unit=one.whole_unit, period=str(year),
            method="disclose.stated/1", inputs=(one.whole_input,), basis="stated", notes=_defined(one),
        )  # fmt: skip
    for one in held:
        amount, share = _LABELS[one.category]
        name = f"disclose.exposure.{one.category}"
        yield Line(
            name=f"{name}.amount", label=amount, value=one.amount, unit=one.unit or "1", period=str(year),
            method=_METHOD, inputs=one.inputs, basis="stated", reason=one.why, notes=_defined(one),
        )  # fmt: skip
        yield Line(
            name=f"{name}.share", label=share, value=one.share, unit="1", period=str(year), method=_METHOD,
            inputs=(f"line:{name}.amount", *one.inputs), basis="stated",
            reason=None if one.share is not None else one.why or one.why_share, notes=_defined(one),
        )  # fmt: skip
        if one.parts.height > 1:
            for row in one.parts.iter_rows(named=True):
                yield Line(
                    name=f"{name}.part.{part(row['part'])}", label=amount, value=row["amount"], unit=row["currency"],
                    period=str(year), method=_METHOD, inputs=(f"entry:{row['hash']}",), basis="stated",
                    notes=(Said("{part}: {how}", {"part": row["part"], "how": row["how"]}),),
                )  # fmt: skip
                known = one.share is not None and bool(one.whole)
                yield Line(
                    name=f"{name}.part.{part(row['part'])}.share", label=share,
                    value=row["amount"] / one.whole if known and one.whole else None, unit="1", period=str(year),
                    method=_METHOD, inputs=(f"entry:{row['hash']}", *one.inputs), basis="stated",
                    reason=None if known else one.why or one.why_share, notes=_defined(one),
                )  # fmt: skip


def _whole(one: Exposed) -> str:
    """Name of the line of a denominator."""
    return f"disclose.whole.{one.denominator}"


def _defined(one: Exposed) -> tuple[Said, ...]:
    return (Said("out of: {definition}", {"definition": one.definition}),) if one.definition else ()


_COLUMNS: Final = (
    Column("part", "Part"), Column("amount", "Amount exposed"), Column("currency", "Currency or unit"),
    Column("share", "Share of the denominator"), Column("denominator", "Out of", labels=_OF),
    Column("whole", "Amount of the denominator"), Column("sites", "Sites"), Column("how", "How it was established"),
)  # fmt: skip
_ALL: Final = "all"


def exposure_tables(held: tuple[Exposed, ...]) -> Iterator[Table]:
    """A table a category: its parts, and all of them together.

    Parameters
    ----------
    held : tuple of Exposed
    """
    for one in held:
        name = f"disclose.exposure.{one.category}"
        many = one.parts.height > 1
        rows = [
            {
                "part": row["part"], "amount": row["amount"], "currency": row["currency"],
                "share": None if one.share is None or not one.whole else row["amount"] / one.whole,
                "denominator": row["denominator"], "whole": one.whole, "sites": row["sites"] or None,
                "how": row["how"], "amount@line": f"{name}.part.{part(row['part'])}" if many else f"{name}.amount",
                "share@line": f"{name}.part.{part(row['part'])}.share" if many else f"{name}.share",
                "whole@line": None if one.whole is None else _whole(one),
            }
            for row in one.parts.iter_rows(named=True)
        ]  # fmt: skip
        if many:
            rows.append(
                {
                    "part": _ALL, "amount": one.amount, "currency": one.unit or None, "share": one.share,
                    "denominator": one.denominator or None, "whole": one.whole, "sites": None,
                    "how": None, "amount@line": f"{name}.amount", "share@line": f"{name}.share",
                    "whole@line": None if one.whole is None else _whole(one),
                }
            )  # fmt: skip
        columns = (Column("part", "Part", labels={WHOLE: "All of it", _ALL: "All parts together"}), *_COLUMNS[1:])
        types = {"sites": pl.List(pl.String), "how": pl.String, "whole@line": pl.String}
        frame = pl.DataFrame(rows, schema_overrides=types, infer_schema_length=None)
        yield Table(f"exposure_{one.category}", _TITLES[one.category], columns, frame)


def exposure_findings(held: tuple[Exposed, ...]) -> Iterator[Finding]:
    """Sites that two parts of a category name.

    Parameters
    ----------
    held : tuple of Exposed
    """
    for one in held:
        named = one.parts.explode("sites")["sites"].drop_nulls()
        twice = named.filter(named.is_duplicated()).unique().sort().to_list()
        if twice:
            yield _say(
                f"exposure '{one.category}'", "site_twice", "sites are named by several parts: {sites}",
                "each asset in one part", "look whether its amount is in both; if so, take it out of one", "warning",
                sites=", ".join(twice[:20]),
            )  # fmt: skip
