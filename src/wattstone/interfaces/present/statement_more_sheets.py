"""Sheets of the statement's workbook on time and certainty: base year, change, checks, factors, notes."""

from wattstone.interfaces.present.contract_words import instrument_name
from wattstone.interfaces.present.languages import Language, day, say_reason, translator
from wattstone.interfaces.present.names import approach_name, opened, total_name
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_cells import Formula, Sheet, sum_where
from wattstone.interfaces.present.statement_checks import told_findings
from wattstone.interfaces.present.statement_sheets import Checks
from wattstone.interfaces.present.statement_words import effect_name, trigger_name


def restatements_sheet(book: StatementBook, top: int, lang: Language) -> Sheet:
    """Every restatement, with its difference as a formula."""
    t = translator(lang)
    heads = (
        t("Year"),
        t("Name"),
        t("Total"),
        t("Trigger"),
        t("Before [kg CO2e]"),
        t("After [kg CO2e]"),
        t("Difference [kg CO2e]"),
        t("Reason"),
        t("Accepted by"),
        t("Accepted on"),
        t("Entry in the ledger"),
    )
    sheet = Sheet(t("Restatements"), heads, top)
    for row in book.statement.restatements.sort("at").iter_rows(named=True):
        number = sheet.next
        sheet.add(
            row["year"], row["name"], opened(total_name(row["name"], lang)), opened(trigger_name(row["trigger"], lang)),
            row["before"], row["after"], Formula(f"F{number}-E{number}"), say_reason(row["reason"], lang) or None,
            row["accepted_by"], row["at"], row["entry"],
        )  # fmt: skip
    return sheet


def series_sheet(book: StatementBook, restated: Sheet, checks: Checks, lang: Language) -> Sheet:
    """Years as reported and recalculated: the difference has to be what the restatements say."""
    t = translator(lang)
    heads = (
        t("Year"),
        t("Name"),
        t("Total"),
        t("As first reported [kg CO2e]"),
        t("Recalculated [kg CO2e]"),
        t("Difference [kg CO2e]"),
        t("Sum of the restatements [kg CO2e]"),
        t("Agrees"),
        t("Base year"),
    )
    sheet = Sheet(t("Base year"), heads, restated.top)
    for row in book.statement.series.sort("name", "year").iter_rows(named=True):
        number = sheet.next
        known = row["reported"] is not None and row["recalculated"] is not None
        told = sum_where(restated.column(6), (restated.column(0), f"$A{number}"), (restated.column(1), f"$B{number}"))
        same = f"ABS(F{number}-G{number})<=1E-09*MAX(1,ABS(E{number}))"
        sheet.add(
            row["year"], row["name"], opened(total_name(row["name"], lang)), row["reported"], row["recalculated"],
            Formula(f"E{number}-D{number}") if known else None, told, Formula(same) if known else None,
            row["year"] == book.statement.base_year,
        )  # fmt: skip
        if known:
            label = t("{figure} {year}: restatements explain the difference", figure=total_name(row["name"], lang),
                      year=row["year"])  # fmt: skip
            checks.append((label, sheet.cell(7, number)))
    return sheet


def change_sheet(book: StatementBook, top: int, checks: Checks, lang: Language) -> Sheet:
    """Effects of each total; their sum has to be the difference of the two years."""
    t = translator(lang)
    heads = (t("Total"), t("Effect"), t("Change [kg CO2e]"))
    sheet = Sheet(t("Change"), heads, top)
    for name in dict.fromkeys(book.statement.change["name"]):
        label, first = opened(total_name(name, lang)), sheet.next
        for row in book.statement.change.filter(name=name).iter_rows(named=True):
            sheet.add(label, effect_name(row["effect"], lang), row["value"])
        last = sheet.next - 1
        total = sheet.add(label, t("All effects"), Formula(f"SUM(C{first}:C{last})"))
        before, now = book.before(name), book.known(name)
        if before is None or now is None:
            continue
        one = sheet.add(label, book.last, before.value)
        two = sheet.add(label, book.year, now.value)
        same = f"ABS(C{two}-C{one}-C{total})<=1E-09*MAX(1,ABS(C{two}))"
        row = sheet.add(label, t("The effects add up to the change"), Formula(same))
        checks.append((t("{figure}: the effects add up to the change", figure=total_name(name, lang)),
                       sheet.cell(2, row)))  # fmt: skip
    return sheet


def checks_sheet(checks: Checks, top: int, lang: Language) -> Sheet:
    """TRUE or FALSE for every check, and whether all of them hold."""
    t = translator(lang)
    sheet = Sheet(t("Checks"), (t("Check"), t("Holds")), top)
    last = sheet.first + len(checks)
    sheet.add(t("All checks hold"), Formula(f"AND(B{sheet.first + 1}:B{last})") if checks else None)
    for label, formula in checks:
        sheet.add(label, Formula(formula))
    return sheet


def findings_sheet(book: StatementBook, top: int, lang: Language) -> Sheet:
    """What the checks before release found."""
    t = translator(lang)
    heads = (t("Severity"), t("Where"), t("Found"), t("Expected"), t("What to do"))
    sheet = Sheet(t("Findings"), heads, top)
    for one in told_findings(book.statement, lang):
        sheet.add(one.state, one.place, one.found, one.expected, one.remedy)
    return sheet


def instruments_sheet(book: StatementBook, top: int, lang: Language) -> Sheet:
    """Contractual instruments; what they emit is a formula."""
    t = translator(lang)
    heads = (t("Instrument"), t("Kind"), t("Site"), t("Used [kWh]"), t("Factor [kg CO2e/kWh]"),
             t("Emissions [kg CO2e]"), t("Meets the quality criteria"), t("Reason"))  # fmt: skip
    sheet = Sheet(t("Instruments"), heads, top)
    for row in book.statement.instruments.iter_rows(named=True):
        number = sheet.next
        known = row["energy"] is not None and row["factor"] is not None
        sheet.add(
            row["instrument"], opened(instrument_name(row["kind"], lang)), book.site(row["site_id"], lang),
            row["energy"], row["factor"], Formula(f"D{number}*E{number}") if known else row["value"], row["accepted"],
            say_reason(row["reason"], lang) or None,
        )  # fmt: skip
    return sheet


def sure_sheet(book: StatementBook, top: int, lang: Language) -> Sheet:
    """Shares of the variance of the total."""
    t = translator(lang)
    sheet = Sheet(t("Uncertainty"), (t("Source"), t("Share of the variance")), top)
    for row in book.statement.dominant.sort("share", descending=True).iter_rows(named=True):
        sheet.add(book.source(row["source"], row["what"], lang), row["share"])
    return sheet


def intensities_sheet(book: StatementBook, top: int, lang: Language) -> Sheet:
    """Emissions by something, as recorded."""
    t = translator(lang)
    heads = (t("Figure"), t("For"), t("Value"), t("Unit"), t("Reason"), t("Id"))
    sheet = Sheet(t("Intensities"), heads, top)
    for entry in book.intensities():
        sheet.add(opened(total_name(entry.name, lang)), book.subject(entry.subject, lang), entry.value, entry.unit,
                  say_reason(entry.reason, lang) or None, entry.id)  # fmt: skip
    return sheet


def factors_sheet(book: StatementBook, top: int, lang: Language) -> Sheet:
    """The factors that the lines rest on, with source and licence."""
    t = translator(lang)
    columns = {
        "name": t("Factor"),
        "value": t("Value"),
        "unit": t("Unit"),
        "gas": t("Gas"),
        "gwp_set": t("Global warming potentials"),
        "source": t("Source"),
        "source_year": t("Year of the source"),
        "licence": t("Licence"),
        "confidence": t("Confidence"),
        "notes": t("Notes"),
        "id": t("Id"),
    }
    sheet = Sheet(t("Factors"), list(columns.values()), top)
    for row in book.statement.factors.select(list(columns)).iter_rows():
        sheet.add(*row)
    return sheet


def notes_sheet(book: StatementBook, top: int, lang: Language) -> Sheet:
    """What the reader must know: how it was counted, and the notes of the totals."""
    t, held = translator(lang), book.statement
    sheet = Sheet(t("Notes"), (t("Note"), t("Text")), top)
    sheet.add(t("Organisation"), held.organisation)
    sheet.add(t("Period"), t("{year}, on the clocks of the sites", year=held.year))
    sheet.add(t("Consolidation approach"), approach_name(held.approach, lang))
    sheet.add(t("Global warming potentials"), t("IPCC {edition}, 100 years", edition=held.gwp_set))
    sheet.add(t("Base year"), held.base_year or t("not set"))
    sheet.add(t("Currency"), held.currency)
    sheet.add(t("Made on"), f"{day(held.generated, lang)}, {held.generated:%H:%M %Z}")
    sheet.add(
        t("Formulas"),
        t("Emissions of a line are amount times factor times the share counted; totals are sums over the lines. "
          "Change an amount or a factor, and every total follows; the checks then say what was recorded otherwise."),
    )  # fmt: skip
    for name in book.names():
        entry = book.own(name)
        for note in entry.notes if entry is not None else ():
            sheet.add(opened(total_name(name, lang)), opened(say_reason(note, lang)))
    return sheet
