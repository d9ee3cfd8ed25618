"""How good models and predictions of many meters are, for a terminal."""

from collections import Counter
from collections.abc import Sequence
from math import isnan

import numpy as np

from wattstone.base import Finding
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, say_finding, translator
from wattstone.interfaces.present.names import kind_name
from wattstone.interfaces.present.numbers import percent
from wattstone.workflows.savings.evaluate import Evaluated, totals
from wattstone.workflows.savings.fit import Fitted


def evaluation_table(meters: Sequence[Evaluated], lang: Language) -> Table:
    """Medians of the predictions by kind of meter.

    Parameters
    ----------
    meters : sequence of Evaluated
        Of an evaluation.
    lang : {'en', 'zh'}
        Language.
    """
    t = translator(lang)
    heads = (
        Head(t("Kind")),
        Head(t("Meters"), True),
        Head(t("Predicted"), True),
        Head(t("Median CV(RMSE)"), True),
        Head(t("Median |NMBE|"), True),
        Head(t("Intervals within 90 %"), True),
        Head(t("Totals within 90 %"), True),
    )
    rows = tuple(
        (
            Cell(kind_name(kind, lang)),
            Cell(str(one["meters"]), numeric=True),
            Cell(str(one["judged"]), numeric=True),
            *(_share(one.get(name), lang) for name in ("cv_rmse", "bias", "coverage", "inside")),
        )
        for kind, one in totals(meters)
    )
    return Table(heads, rows)


def fit_table(meters: Sequence[Fitted], lang: Language) -> Table:
    """Medians of the fits by kind of meter.

    Parameters
    ----------
    meters : sequence of Fitted
        Of a fit.
    lang : {'en', 'zh'}
        Language.
    """
    t = translator(lang)
    heads = (
        Head(t("Kind")),
        Head(t("Meters"), True),
        Head(t("Fitted"), True),
        Head(t("Median CV(RMSE)"), True),
        Head(t("Median R2"), True),
        Head(t("Models")),
    )
    rows: list[tuple[Cell, ...]] = []
    for kind in sorted({one.kind for one in meters}):
        mine = [one for one in meters if one.kind == kind]
        good = [one for one in mine if one.method]
        known = {
            name: [value for one in good if (value := one.goodness[name]) is not None] for name in ("cv_rmse", "r2")
        }
        rows.append(
            (
                Cell(kind_name(kind, lang)),
                Cell(str(len(mine)), numeric=True),
                Cell(str(len(good)), numeric=True),
                *(_share(float(np.median(values)) if values else None, lang) for values in known.values()),
                Cell(", ".join(sorted({one.method for one in good}))),
            )
        )
    return Table(heads, tuple(rows))


def refusals_table(refused: Sequence[tuple[Finding, ...]], lang: Language) -> Table:
    """Why meters have no model, by rule: how many, one of them, and what to do.

    Parameters
    ----------
    refused : sequence of tuple of Finding
        Of each meter, empty where nothing stood in the way.
    lang : {'en', 'zh'}
        Language.
    """
    t = translator(lang)
    counts = Counter(code for of in refused for code in {one.code for one in of})
    first = {one.code: one for of in reversed(refused) for one in of}
    heads = (Head(t("Rule")), Head(t("Meters"), True), Head(t("Among them")), Head(t("To mend it")))
    rows: list[tuple[Cell, ...]] = []
    for code, count in counts.most_common():
        said = say_finding(first[code], lang)
        rule = " ".join(part for part in (code, str(first[code].params.get("clause", ""))) if part)
        cells = Cell(rule, code=True), Cell(str(count), numeric=True), Cell(f"{said['place']}: {said['found']}")
        rows.append((*cells, Cell(said["remedy"])))
    return Table(heads, tuple(rows))


def _share(value: float | None, lang: Language) -> Cell:
    known = value is not None and not isnan(value)
    return Cell(percent(value, lang) if known and value is not None else "—", numeric=True)
