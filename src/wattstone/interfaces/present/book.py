"""Looking figures up in a document; nothing is computed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from wattstone.interfaces.present.languages import Language, translator
from wattstone.inventory.document import FIGURES, InventoryDocument

ORGANISATION = "organisation"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One figure of a document; the fields are the columns of `inventory.document.FIGURES`."""

    id: str
    name: str
    subject: str
    period: str
    value: float | None
    unit: str
    lower: float | None = None
    upper: float | None = None
    reason: str | None = None
    basis: str | None = None
    method: str | None = None
    estimated: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The estimated share, 0 to 1; 0 where it is not given."""
        return self.estimated or 0.0


def _entry(row: dict[str, Any]) -> Entry:
    content: dict[str, Any] = {**row, "notes": tuple(row["notes"] or ())}
    return Entry(**content)


def _notes(figures: pl.DataFrame) -> pl.Expr:
    none = pl.lit([], pl.List(pl.String())).alias("notes")
    return pl.col("notes") if "notes" in figures.columns else none


class Book:
    """The figures of a document by name, subject and period.

    Parameters
    ----------
    document : InventoryDocument
        Whose figures they are. The organisation's are held by key; those of sites are fetched a name at a time, so that
        an estate of thousands of sites costs no more than what is shown of it.
    """

    def __init__(self, document: InventoryDocument) -> None:
        self.document = document
        self.year = str(document.year)
        self.before = str(document.year - 1)
        self._figures = document.figures.select(*FIGURES, _notes(document.figures))

    @cached_property
    def _own(self) -> dict[tuple[str, str], Entry]:
        rows = self._figures.filter(pl.col("subject") == ORGANISATION).iter_rows(named=True)
        return {(row["name"], row["period"]): _entry(row) for row in rows}

    def own(self, name: str, period: str | None = None) -> Entry | None:
        """The organisation's figure; of the document's year unless another period is named."""
        return self._own.get((name, period or self.year))

    def known(self, name: str, period: str | None = None) -> Entry | None:
        """The organisation's figure where it has a value."""
        entry = self.own(name, period)
        return entry if entry is not None and entry.value is not None else None

    def months(self, name: str, year: str | None = None) -> list[Entry | None]:
        """The organisation's twelve months of a year; None where there is no figure."""
        return [self.own(name, f"{year or self.year}-{number:02}") for number in range(1, 13)]

    def names(self, prefix: str) -> list[str]:
        """Names of the organisation's figures of the year that have a value and begin so, the largest value first."""
        found = [
            entry
            for (name, period), entry in self._own.items()
            if period == self.year and name.startswith(prefix) and entry.value is not None
        ]
        return [entry.name for entry in sorted(found, key=lambda entry: -(entry.value or 0.0))]

    def of_sites(self, name: str, period: str | None = None) -> dict[str, Entry]:
        """A figure of every site that has it, by the site's id."""
        rows = self._figures.filter(
            (pl.col("name") == name)
            & (pl.col("period") == (period or self.year))
            & pl.col("subject").str.starts_with("site:")
        )
        return {row["subject"].removeprefix("site:"): _entry(row) for row in rows.iter_rows(named=True)}

    def league(self) -> list[tuple[str, Entry]]:
        """Sites by energy use per floor area, the highest first; those without a value are left out."""
        entries = [
            (ident, entry) for ident, entry in self.of_sites("intensity.energy").items() if entry.value is not None
        ]
        return sorted(entries, key=lambda pair: (-(pair[1].value or 0.0), pair[0]))

    def monthly_energy(self) -> pl.DataFrame:
        """Energy figures of sites by month of the document's year, with the columns of the document."""
        return self._figures.filter(
            pl.col("name").str.starts_with("energy.")
            & pl.col("subject").str.starts_with("site:")
            & pl.col("period").str.starts_with(f"{self.year}-")
        )

    def absent(self) -> list[Entry]:
        """Figures of the year that could not be computed, those of the organisation first."""
        rows = self._figures.filter(pl.col("value").is_null() & (pl.col("period") == self.year))
        return sorted(
            (_entry(row) for row in rows.iter_rows(named=True)), key=lambda entry: entry.subject != ORGANISATION
        )

    def by_id(self, ids: list[str]) -> list[Entry]:
        """Figures by their ids, in the order in which they are asked for."""
        rows = self._figures.filter(pl.col("id").is_in(ids)).iter_rows(named=True)
        found = {row["id"]: _entry(row) for row in rows}
        return [found[ident] for ident in ids if ident in found]

    @cached_property
    def _names(self) -> dict[str, str]:
        sites = self.document.sites.select("site_id", "name").iter_rows()
        return {ident: name or ident for ident, name in sites}

    def site(self, ident: str) -> str:
        """A site's name; its id where it has none."""
        return self._names.get(ident, ident)

    def subject(self, subject: str, lang: Language) -> str:
        """A figure's subject in words."""
        kind, _, ident = subject.partition(":")
        if kind == "site":
            return self.site(ident)
        t = translator(lang)
        return t("meter {meter}", meter=ident) if kind == "meter" else t("the whole organisation")
