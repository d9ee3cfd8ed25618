"""The report's content from the document: what happened, how sure, what next; then the parts; then the evidence."""

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from wattstone.base import Finding
from wattstone.interfaces.present.book import Book, Entry
from wattstone.interfaces.present.charts import (
    Drawing,
    basis_drawing,
    estimated_drawing,
    intensity_drawing,
    months_drawing,
    scopes_drawing,
    sites_drawing,
)
from wattstone.interfaces.present.content import Cell, Head, Headline, Report, Section, Step, Table, shown, weave
from wattstone.interfaces.present.evidence import (
    absent_groups,
    absent_section,
    evidence_section,
    factors_section,
    quality_section,
    sources_section,
    subjects,
)
from wattstone.interfaces.present.languages import Language, Translate, day, mark, say_finding, say_reason, translator
from wattstone.interfaces.present.names import approach_name, figure_name, opened, total_name
from wattstone.interfaces.present.numbers import amount, interval, like_for_like
from wattstone.inventory.document import InventoryDocument

_FIRST = ("scope1", "scope2.location", "intensity.energy", "energy.electricity", "energy.natural_gas")
_HEADLINES, _STEPS, _MENDED, _PLACES = 4, 5, 3, 3


def build_report(document: InventoryDocument, lang: Language) -> Report:
    """Say what a document holds, in a language.

    Parameters
    ----------
    document : InventoryDocument
        The inventory.
    lang : {'en', 'zh'}

    Returns
    -------
    Report
        Without a part for what does not exist.
    """
    t = translator(lang)
    book = Book(document)
    sections = tuple(section for section in _sections(book, lang) if section is not None)
    headlines = tuple(_headlines(book, lang))
    sentence = _sentence(book, lang)
    lead = scopes_drawing(book, lang)
    shown_first = [*sentence, *(line.value for line in headlines)]
    evidence = evidence_section(book, shown_first, lead, sections, lang)
    return Report(
        lang=lang,
        title=t("Greenhouse gas inventory {year}", year=document.year),
        organisation=document.organisation,
        banner=t("Simulated data. These readings were generated; no building used this energy.")
        if document.simulated
        else "",
        sentence=sentence,
        headlines=headlines,
        lead=lead,
        steps=tuple(_steps(book, lang))[:_STEPS],
        sections=(*sections, evidence),
        facts=_facts(document, lang),
        words=frame_words(t),
    )


def frame_words(t: Translate) -> dict[str, str]:
    """Words of the frame around the content."""
    return {
        "next": t("What to do next"),
        "nothing": t("Nothing needs mending."),
        "contents": t("Contents"),
        "behind": t("The numbers behind this chart"),
        "download": t("Download"),
        "how": t("How this was counted"),
        "skip": t("Skip to the report"),
    }


def _sentence(book: Book, lang: Language) -> tuple[str | Cell, ...]:
    one, two = book.known("scope1"), book.known("scope2.location")
    cells = {"year": Cell(book.year), "organisation": Cell(book.document.organisation)}
    if one is not None:
        cells["fuel"] = shown(one, lang, "")
    if two is not None:
        cells["energy"] = shown(two, lang, "")
    return weave(translator(lang), _SENTENCES[one is not None, two is not None], **cells)


_SENTENCES = {
    (True, True): mark(
        "In {year}, {organisation} emitted {fuel} directly (scope 1) "
        "and {energy} from the electricity, heat and cooling it bought."
    ),
    (True, False): mark("In {year}, {organisation} emitted {fuel} directly (scope 1)."),
    (False, True): mark("In {year}, {organisation} emitted {energy} from the electricity, heat and cooling it bought."),
    (False, False): mark("No emissions of {organisation} could be computed for {year} yet."),
}


def _headlines(book: Book, lang: Language) -> Iterator[Headline]:
    known = [entry for name in _FIRST if (entry := book.known(name)) is not None]
    return (_headline(book, entry, lang) for entry in known[:_HEADLINES])


def _headline(book: Book, entry: Entry, lang: Language) -> Headline:
    t = translator(lang)
    moved = book.known(f"change.{entry.name}")
    basis = {"hourly": t("counted by the hour"), "annual": t("by the published factor")}.get(entry.basis or "", "")
    band = interval(entry.value or 0.0, entry.lower, entry.upper, entry.unit, lang)
    return Headline(
        label=opened(figure_name(entry.name, lang)),
        value=shown(entry, lang, ""),
        interval=band or t("interval not known"),
        change=like_for_like(moved.value if moved is not None else None, book.document.year - 1, lang),
        note=basis,
    )


def _steps(book: Book, lang: Language) -> Iterator[Step]:
    t = translator(lang)
    yield from list(mending_steps(book.document.mend, lang))[:_MENDED]
    if groups := [group for group in absent_groups(book) if group[0].reason != "not computed yet"]:
        entries = max(groups, key=len)
        yield Step(
            t("Make it possible to compute: {figure}", figure=figure_name(entries[0].name, lang)),
            t("{place}: {found}", place=subjects(book, entries, lang), found=say_reason(entries[0].reason, lang)),
        )
    if ranked := book.league():
        ident, entry = ranked[0]
        use = amount(entry.value, entry.unit, lang)
        yield Step(
            t("Look for savings at {site} first", site=book.site(ident)),
            t("It uses most energy per floor area: {amount} in {year}.", amount=use, year=book.year),
        )


def mending_steps(findings: Sequence[Finding], lang: Language) -> Iterator[Step]:
    """What to mend, one step for all findings that have the same remedy, in the order in which they are given."""
    t = translator(lang)
    groups: dict[str, list[dict[str, str]]] = {}
    for finding in findings:
        said = say_finding(finding, lang)
        groups.setdefault(said["remedy"], []).append(said)
    for remedy, group in groups.items():
        places = [t("{place}: {found}", place=said["place"], found=said["found"]) for said in group[:_PLACES]]
        if more := len(group) - len(places):
            places.append(t("and {count} more", count=more))
        yield Step(opened(remedy), t("; ").join(places))


def _sections(book: Book, lang: Language) -> Iterator[Section | None]:
    t = translator(lang)
    yield _remarks(book, lang)
    yield _drawn(
        "by-month", t("By month"), [months_drawing(book, name, lang) for name in ("scope1", "scope2.location")]
    )
    yield _drawn("by-site", t("By site"), [sites_drawing(book, lang)])
    yield _drawn("two-bases", t("Hourly against published factor"), [basis_drawing(book, lang)], _on_bases(t))
    yield _drawn("energy", t("Energy use per floor area"), [intensity_drawing(book, lang)], _weather(book, lang))
    yield _estimated(book, lang)
    yield quality_section(book.document.quality, book.site, lang)
    yield absent_section(book, lang)
    yield factors_section(book, lang)
    yield sources_section(book, lang)


def _remarks(book: Book, lang: Language) -> Section | None:
    """What the reader must know about the first figures; what holds for several of them is said once."""
    t = translator(lang)
    about: dict[str, list[Entry]] = {}
    for name in (*_FIRST, "scope2.location.annual"):
        if (entry := book.known(name)) is not None:
            moved = book.known(f"change.{name}")
            for one in (entry, moved) if moved is not None else (entry,):
                for note in one.notes:
                    about.setdefault(note, []).append(one)
    rows = tuple(
        (Cell(opened(say_reason(note, lang))), Cell(t("; ").join(total_name(entry.name, lang) for entry in entries)))
        for note, entries in about.items()
    )
    if not rows:
        return None
    return Section("remarks", t("What to know"), tables=(Table((Head(t("Note")), Head(t("For"))), rows),))


def _drawn(key: str, title: str, drawings: list[Drawing | None], *paragraphs: str) -> Section | None:
    there = tuple(drawing for drawing in drawings if drawing is not None)
    texts = tuple((text,) for text in paragraphs if text)
    return Section(key, title, texts, there) if there else None


def _on_bases(t: Translate) -> str:
    return t(
        "A published factor is the grid's mean of a year. Hourly intensities follow the grid, so that energy used when "
        "the grid is clean counts for less."
    )


def _weather(book: Book, lang: Language) -> str:
    """Degree days of both years, where they are known, since the weather explains part of a change."""
    t = translator(lang)
    said: list[str] = []
    pairs: list[tuple[str, Callable[[str, str], str]]] = [
        ("degree_days.heating", lambda now, last: t("Heating degree days: {now}, against {last}.", now=now, last=last)),
        ("degree_days.cooling", lambda now, last: t("Cooling degree days: {now}, against {last}.", now=now, last=last)),
    ]
    for name, say in pairs:
        now, last = book.known(name), book.known(name, book.before)
        if now is not None and last is not None:
            text = say(
                amount(now.value, now.unit, lang),
                t("{amount} ({interval})", amount=amount(last.value, last.unit, lang), interval=book.before),
            )
            said.append(text)
    for name in ("energy.natural_gas", "energy.electricity"):
        moved = book.known(f"change.{name}.per_degree_day")
        if moved is not None:
            how = like_for_like(moved.value, book.document.year - 1, lang)
            said.append(t("{figure} per degree day: {change}.", figure=opened(figure_name(name, lang)), change=how))
    return (" " if lang == "en" else "").join(said)


def _estimated(book: Book, lang: Language) -> Section:
    t = translator(lang)
    drawing = estimated_drawing(book, lang)
    if drawing is not None:
        how = t("Gaps were filled on request by this method: {method}.", method=book.document.fill or t("not known"))
        return Section("estimated", t("What is estimated"), ((how,),), (drawing,))
    nothing = t("Every figure rests on measured readings; nothing was filled.")
    return Section("estimated", t("What is estimated"), ((nothing,),))


def _facts(document: InventoryDocument, lang: Language) -> tuple[tuple[str, str], ...]:
    t = translator(lang)
    sites = document.sites.height
    return (
        (t("Organisation"), document.organisation),
        (t("Period"), t("{year}, on the clocks of the sites", year=document.year)),
        (t("Sites"), str(sites)),
        (t("Consolidation approach"), approach_name(document.approach, lang)),
        (t("Global warming potentials"), t("IPCC {edition}, 100 years", edition=document.gwp_set)),
        (t("Base year"), str(document.base_year) if document.base_year else t("not set")),
        (t("Currency"), document.currency),
        (t("Filling of gaps"), document.fill or t("none")),
        (t("Made on"), f"{day(document.generated, lang)}, {document.generated:%H:%M %Z}"),
        (t("Methods"), ", ".join(_methods(document)) or t("not known")),
    )


def _methods(document: InventoryDocument) -> list[str]:
    own = document.figures.filter((pl.col("subject") == "organisation") & pl.col("value").is_not_null())
    return sorted(own["method"].drop_nulls().unique())
