"""How far a report is, in a few sentences for a terminal."""

from collections import Counter
from typing import TYPE_CHECKING

from wattstone.disclosure.statement import Statement
from wattstone.interfaces.present.languages import Language, counter, translator

if TYPE_CHECKING:
    from wattstone.workflows.disclosure.init import Started

__all__ = ["standing_words", "started_words"]


def standing_words(said: Statement, lang: Language) -> list[str]:
    """A statement in lines: edition or draft, how many topics are answered, what the checks say.

    Parameters
    ----------
    said : Statement
    lang : {'en', 'zh'}
    """
    t, n = translator(lang), counter(lang)
    counts = Counter(one.status for one in said.answers)
    lines = [
        t("Edition {number}.", number=said.edition.number) if said.edition is not None
        else t("The draft, as the workspace stands."),
        t("Of {all} topics {answered} answered, {partly} in part, {omitted} left out with a reason, {open} open.",
          answered=counts["answered"], all=len(said.answers), partly=counts["partly"], omitted=counts["omitted"],
          open=counts["open"]),
    ]  # fmt: skip
    errors = sum(one.severity == "error" for one in said.findings)
    warnings = len(said.findings) - errors
    if errors:
        lines.append(n("{count} check stands against it.", "{count} checks stand against it.", errors))
    if warnings:
        lines.append(n("{count} check asks to look again.", "{count} checks ask to look again.", warnings))
    if said.simulated:
        lines.append(t("Simulated data: nothing in it happened."))
    return lines


def started_words(done: "Started", lang: Language) -> list[str]:
    """A report that was begun, in lines: what was entered, what was there, what is due, and what to do next."""
    t, n = translator(lang), counter(lang)
    standard = t(done.standard.title)
    lines = [t("{standard}, {year}: begun.", standard=standard, year=done.year)]
    if count := len(done.responsibilities):
        lines.append(n("{count} topic has an owner now.", "{count} topics have an owner now.", count))
    if count := len(done.narratives):
        lines.append(
            n("{count} text was taken over; somebody has to read and approve it anew.",
              "{count} texts were taken over; somebody has to read and approve them anew.", count)
        )  # fmt: skip
    if count := len(done.omissions):
        lines.append(n("{count} omission was taken over.", "{count} omissions were taken over.", count))
    if count := len(done.kept):
        lines.append(n("{count} entry was there and stays.", "{count} entries were there and stay.", count))
    lines += [t("Left out last year until now, and due: {entry}", entry=one) for one in done.due]
    if done.standard.confidence == "unconfirmed":
        lines.append(t("The numbers of this list are not confirmed: compare them with the standard's own text."))
    lines.append(t("Next: wattstone disclose status WORKSPACE --year {year}", year=done.year))
    return lines
