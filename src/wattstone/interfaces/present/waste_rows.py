"""Findings of waste and faults as rows of words: what the terminal, the page and the JSON have in common."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from wattstone.interfaces.present.csvs import harmless_frame
from wattstone.interfaces.present.languages import Language, counter, day, translator
from wattstone.interfaces.present.numbers import amount, bounds, interval, percent
from wattstone.interfaces.present.waste_words import waste_action, waste_found, waste_name

_PICTURE = ("weeks", "actual", "expected", "day_during", "day_else")


def waste_json(rows: list[dict[str, Any]], lang: Language, *, pictures: bool = False) -> list[dict[str, Any]]:
    """The findings for machines: numbers as they are, and their sentences.

    Parameters
    ----------
    rows : list of dict
        Of `Detected.findings`.
    lang : {'en', 'zh'}
    pictures : bool
        Whether the series behind the pictures are in it.
    """
    left_out = () if pictures else _PICTURE
    return [
        {
            **{key: _plain(value) for key, value in row.items() if key not in left_out},
            "name": waste_name(row["code"], lang),
            "found": waste_found(row, lang),
            "next": waste_action(row["code"], lang),
        }
        for row in rows
    ]


def plain_figures(figures: pl.DataFrame) -> list[dict[str, Any]]:
    """Figures for machines, with their times as texts."""
    return [{key: _plain(value) for key, value in row.items()} for row in figures.iter_rows(named=True)]


def waste_csv(rows: list[dict[str, Any]], lang: Language) -> pl.DataFrame:
    """The findings as a table without lists, for spreadsheets, which run nothing of it."""
    plain = [{key: value for key, value in row.items() if not isinstance(value, list | dict)} for row in rows]
    for flat, row in zip(plain, rows, strict=True):
        flat |= {"found": waste_found(row, lang), "next": waste_action(row["code"], lang)}
    return harmless_frame(pl.DataFrame(plain, infer_schema_length=None))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return value.isoformat() if hasattr(value, "isoformat") else value


def seen_words(seen: Mapping[str, int], lang: Language) -> dict[str, str]:
    """How many `meters` and `sites` were looked at, in words.

    Examples
    --------
    >>> seen_words({"meters": 1, "sites": 1}, "en")
    {'meters': '1 meter', 'sites': '1 site'}
    """
    n = counter(lang)
    return {
        "meters": n("{count} meter", "{count} meters", seen["meters"]),
        "sites": n("{count} site", "{count} sites", seen["sites"]),
    }


def energy_words(row: dict[str, Any], lang: Language, *, noted: bool = False) -> str:
    """How much, with its interval; of a meter at fault what it did not measure."""
    t = translator(lang)
    if row["energy"] > 0:
        return with_interval(row, "energy", row["unit"], lang, noted=noted)
    if row["at_stake"] > 0:
        return t("{amount} not measured", amount=amount(row["at_stake"], row["unit"], lang))
    return t("not known")


def with_interval(row: dict[str, Any], what: str, unit: str, lang: Language, *, noted: bool = False) -> str:
    """A number of a finding with its 90 % interval, which says its level unless that is noted; words for no number."""
    t = translator(lang)
    value = row[what]
    if value is None:
        return t("not known")
    band = (bounds if noted else interval)(value, row[f"{what}_lower"], row[f"{what}_upper"], unit, lang)
    return f"{amount(value, unit, lang)} ({band})" if band else amount(value, unit, lang)


def worth_words(row: dict[str, Any], lang: Language, *, noted: bool = False) -> tuple[str, str]:
    """Money and emissions of a finding."""
    money = with_interval(row, "money", row["currency"] or "", lang, noted=noted)
    return money, with_interval(row, "kg", row["gas"], lang, noted=noted)


def when_words(row: dict[str, Any], lang: Language) -> str:
    """Since when, and until when."""
    t = translator(lang)
    since = day(row["since"], lang)
    if row["until"] is None:
        return t("since {day}", day=since)
    return t("{first} to {last}", first=since, last=day(row["until"], lang))


def sure_words(row: dict[str, Any], lang: Language) -> str:
    """How sure it is."""
    return percent(row["confidence"], lang)
