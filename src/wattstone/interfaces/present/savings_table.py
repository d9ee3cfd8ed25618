"""Savings for a terminal: one measure in a few lines, or many measures in a table."""

from collections.abc import Sequence

from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import kind_name, opened
from wattstone.interfaces.present.savings_words import VERDICTS, percentage, saved_words
from wattstone.savings.result import Amount, Estimate, MeasureSaving, Total


def measure_table(saving: MeasureSaving, lang: Language) -> Table:
    """What a measure saved, for `plain_table`.

    Parameters
    ----------
    saving : MeasureSaving
        What was found.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    rows: list[tuple[Cell, ...]] = []
    together = t("all together")

    def row(of: str, kind: str, verdict: str, one: Estimate | None, expected: float) -> None:
        share = one.value / expected if one is not None and expected else float("nan")
        cells = (of, opened(kind_name(kind, lang)), t(verdict), saved_words(one, lang))
        rows.append((*(Cell(text) for text in cells), Cell(percentage(share, lang), numeric=True)))

    for meter in saving.meters:
        row(meter.meter, meter.kind, VERDICTS[meter.verdict], meter.avoided, meter.expected)
    for one in saving.totals:
        if len(saving.meters) > 1:
            row(together, one.kind, VERDICTS[saving.verdict], one.avoided, one.expected)
    for name, found in ((t("Cost"), saving.cost), (t("Emissions"), saving.emissions)):
        if found is not None:
            rows.append((Cell(together), Cell(name), Cell(""), Cell(saved_words(found.adjusted, lang)), Cell("")))
    heads = (Head(t("Meter")), Head(t("Item")), Head(t("Verdict")), Head(t("Saved")), Head(t("of expected"), True))
    return Table(heads, tuple(rows))


def totals_table(totals: Sequence[Total], lang: Language) -> Table:
    """What all measures saved together, each meter counted once, for `plain_table`.

    Parameters
    ----------
    totals : sequence of Total
        By kind.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    heads = (Head(t("All measures together")), Head(t("Meters"), True), Head(t("Saved")), Head(t("of expected"), True))
    rows = tuple(
        (
            Cell(opened(kind_name(one.kind, lang))),
            Cell(str(len(one.meters)), numeric=True),
            Cell(saved_words(one.avoided, lang)),
            Cell(percentage(one.avoided.value / one.expected if one.expected else float("nan"), lang), numeric=True),
        )
        for one in totals
    )
    return Table(heads, rows)


def savings_table(savings: Sequence[MeasureSaving], lang: Language) -> Table:
    """What several measures saved, one row each, for `plain_table` and for pages.

    Parameters
    ----------
    savings : sequence of MeasureSaving
        What was found.
    lang : {'en', 'zh'}
    """
    t = translator(lang)

    def said(found: Amount | None) -> Cell:
        return Cell(saved_words(found.adjusted, lang) if found is not None else t("not known"))

    rows = tuple(
        (
            Cell(one.name or one.measure),
            Cell(t(VERDICTS[one.verdict])),
            Cell(t("; ").join(t("{kind}: {amount}", kind=kind_name(total.kind, lang),
                                amount=saved_words(total.avoided, lang)) for total in one.totals)
                 or t("not determined")),
            said(one.cost),
            said(one.emissions),
        )
        for one in savings
    )  # fmt: skip
    heads = (Head(t("Measure")), Head(t("Verdict")), Head(t("Energy saved")), Head(t("Cost saved")),
             Head(t("Emissions avoided")))  # fmt: skip
    return Table(heads, rows)
