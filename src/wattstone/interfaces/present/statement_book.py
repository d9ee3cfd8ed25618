"""Looking figures up in a statement; nothing is computed."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import polars as pl

from wattstone.interfaces.present.book import ORGANISATION, Entry
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import total_name
from wattstone.interfaces.present.statement_words import activity_name, source_name
from wattstone.inventory.statement import GhgStatement

BASES = ("location", "market")


def _entry(row: dict[str, Any], period: str) -> Entry:
    keys = ("id", "name", "subject", "value", "unit", "lower", "upper", "reason", "estimated")
    return Entry(period=period, notes=tuple(row["notes"] or ()), **{key: row[key] for key in keys})


class StatementBook:
    """The figures of a statement by name and subject.

    Parameters
    ----------
    statement : GhgStatement
        Whose figures they are.
    """

    def __init__(self, statement: GhgStatement) -> None:
        self.statement = statement
        self.year = str(statement.year)
        self.last = str(statement.year - 1)

    @cached_property
    def _own(self) -> dict[str, Entry]:
        rows = self.statement.totals.filter(pl.col("subject") == ORGANISATION).iter_rows(named=True)
        return {row["name"]: _entry(row, self.year) for row in rows}

    @cached_property
    def _before(self) -> dict[str, Entry]:
        rows = self.statement.before.filter(pl.col("subject") == ORGANISATION).iter_rows(named=True)
        return {row["name"]: _entry(row, self.last) for row in rows}

    def own(self, name: str) -> Entry | None:
        """The organisation's figure of the year."""
        return self._own.get(name)

    def known(self, name: str) -> Entry | None:
        """The organisation's figure of the year where it has a value."""
        entry = self._own.get(name)
        return entry if entry is not None and entry.value is not None else None

    def before(self, name: str) -> Entry | None:
        """The organisation's figure of the year before where it has a value."""
        entry = self._before.get(name)
        return entry if entry is not None and entry.value is not None else None

    def names(self) -> list[str]:
        """Names of the organisation's figures, as they stand."""
        return list(self._own)

    def quality(self, name: str) -> float | None:
        """Data quality of a figure of the organisation: 1 best to 5."""
        found = self.statement.totals.filter((pl.col("subject") == ORGANISATION) & (pl.col("name") == name))
        return found["quality"][0] if found.height else None

    def of_sites(self, name: str) -> dict[str, Entry]:
        """A figure of every site that has it, by the site's id."""
        rows = self.statement.totals.filter((pl.col("name") == name) & pl.col("subject").str.starts_with("site:"))
        found = rows.iter_rows(named=True)
        return {row["subject"].removeprefix("site:"): _entry(row, self.year) for row in found}

    def intensities(self) -> list[Entry]:
        """Emissions by something."""
        return [_entry(row, self.year) for row in self.statement.intensities.iter_rows(named=True)]

    def absent(self) -> list[Entry]:
        """Totals without a value, those of the organisation first."""
        rows = self.statement.totals.filter(pl.col("value").is_null()).iter_rows(named=True)
        return sorted((_entry(row, self.year) for row in rows), key=lambda entry: entry.subject != ORGANISATION)

    @cached_property
    def _named(self) -> dict[str, str]:
        sites = self.statement.sites.select("site_id", "name").iter_rows()
        return {ident: name or ident for ident, name in sites}

    def site(self, ident: str | None, lang: Language) -> str:
        """A site's name; its id where it has none."""
        t = translator(lang)
        return self._named.get(ident, ident) if ident else t("the whole organisation")

    def subject(self, subject: str, lang: Language) -> str:
        """A figure's subject in words."""
        kind, _, ident = subject.partition(":")
        return self.site(ident if kind == "site" else None, lang)

    def source(self, source: str, what: str, lang: Language) -> str:
        """A source of uncertainty: a factor by its name, or the activity data of a kind."""
        found = self.statement.factors.filter(id=source)["name"] if what == "factor" else None
        return source_name(found[0] if found is not None and len(found) else source, what, lang)

    def by_id(self, wanted: list[str], lang: Language) -> list[tuple[str, Entry]]:
        """Figures by their ids with what they are called, in the order in which they are asked for."""
        found = dict(self._told(set(wanted), lang))
        return [found[ident] for ident in wanted if ident in found]

    def _told(self, wanted: set[str], lang: Language) -> Iterator[tuple[str, tuple[str, Entry]]]:
        """Lines of one figure are added up: the figure is their sum."""
        ours = pl.col("id").is_in(list(wanted))
        merged = self.statement.lines.filter(ours).group_by("id", maintain_order=True)
        lines = merged.agg(pl.col("kind", "item", "site_id").first(), pl.col("value").sum())
        for row in lines.iter_rows(named=True):
            name = activity_name(row["kind"], row["item"] or "", lang)
            subject = f"site:{row['site_id']}" if row["site_id"] else ORGANISATION
            entry = Entry(id=row["id"], name=row["kind"], subject=subject, period=self.year, value=row["value"],
                          unit="kg CO2e")  # fmt: skip
            yield row["id"], (name, entry)
        for row in self.statement.apart.filter(ours).iter_rows(named=True):
            entry = Entry(id=row["id"], name=row["what"], subject=ORGANISATION, period=self.year, value=row["value"],
                          unit=row["unit"], notes=(row["note"],) if row["note"] else ())  # fmt: skip
            yield row["id"], (total_name(row["what"], lang), entry)
        tables = ((self.statement.before, self.last), (self.statement.intensities, self.year),
                  (self.statement.totals, self.year))  # fmt: skip
        for table, period in tables:
            for row in table.filter(ours).iter_rows(named=True):
                yield row["id"], (total_name(row["name"], lang), _entry(row, period))
