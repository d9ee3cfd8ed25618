"""What a finding advises, in the words of pages: their fields and places, where the command line has options."""

import re
from collections.abc import Mapping
from dataclasses import replace

from wattstone.base import Finding
from wattstone.interfaces.present.languages import Language, mark, say_finding, say_reason, translator
from wattstone.interfaces.present.paths import without_folders

__all__ = ["in_words_of_pages", "reason_here", "say_here"]

_FIELDS: Mapping[str, str] = {
    "--zone": mark("Clock of times without an offset"),
    "--site": mark("Site of readings that name none"),
    "--meter": mark("Meter of readings that name none"),
    "--unit": mark("Unit where no column says it"),
    "--kind": mark("What they measure"),
    "--mapping": mark("Columns, in full"),
    "--null": mark("Texts that mean no reading"),
    "--from": mark("From"),
    "--to": mark("To"),
    "--at": mark("As if it were"),
    "--charge": mark("Batteries hold at the start"),
    "--personal": mark("Also readings of dwellings and drivers"),
    "--weather-station": mark("Weather station"),
    "--only": mark("Only these modifications"),
    "--why": mark("Hours to explain"),
    "--sequence": mark("Plan the machines from"),
    "--done": mark("Days of the works"),
    "--fill": mark("Fill gaps by"),
    "--treat": mark("Treat as gaps readings flagged"),
    "--year": mark("Year"),
}
_PLACES: Mapping[str, str] = {
    "ingest": mark("Data"),
    "inventory": mark("Inventory"),
    "site": mark("Sites and meters"),
    "meter": mark("Sites and meters"),
    "space": mark("Sites and meters"),
    "measure": mark("Declare a measure"),
    "savings": mark("Savings"),
    "detect": mark("Opportunities"),
    "dispatch": mark("Microgrid"),
    "forecast": mark("Microgrid"),
    "plant": mark("Cold and heat"),
    "air": mark("Compressed air"),
    "quality": mark("Quality"),
    "report": mark("Report of the year"),
    "export": mark("Tables"),
    "jobs": mark("Jobs"),
    "activity": mark("Activity records"),
    "accept": mark("Tariffs and factors"),
    "factors": mark("Factors"),
    "statement": mark("Statement"),
    "scope3": mark("Scope 3"),
    "check": mark("Checks and release"),
    "release": mark("Checks and release"),
    "restate": mark("Restatements"),
    "contract": mark("Contracts"),
    "denominator": mark("Emission intensities"),
    "verify": mark("Check the figures"),
    "disclose": mark("Climate report"),
}
_OPTION = re.compile(r"`?(--[a-z][a-z-]*)(?: (?:[A-Z]{2,}|'[^']*'))?`?")
_COMMAND = re.compile(r"`wattstone (\w+)[^`]*`")
_TRACE = re.compile(r"`wattstone trace[^`]*`")
_FOLDER = re.compile(
    r"in (?:a CSV file in )?the workspace's factors/ folder|into (?:the workspace's )?factors/(?: folder)?"
    r"|放[入进](?:工作区的)? ?factors/(?: 文件夹)?"
)
_FAULT = re.compile(r"[A-Z]\w*(?:Error|Exception|Exit|Interrupt): ")  # as Python names what a program did not expect
_FAILED = mark(
    "The program failed, through no fault of what was asked ({error}). Try it again; if it stays so, tell whoever runs "
    "the server: its log says where."
)
_DOCUMENT = re.compile(r"`?docs/((?:[a-z-]+/)*)([a-z-]+)\.md`?")
_PATTERN = re.compile(r"String should match pattern '.*'")
_ANOTHER = "it does not have the form that is asked for"  # in place of a pattern that only programs read


def say_here(finding: Finding, lang: Language) -> dict[str, str]:
    """Say a finding as pages do.

    Parameters
    ----------
    finding : Finding
        With a remedy that may name options and commands.
    lang : {'en', 'zh'}
        In which it is said.

    Returns
    -------
    dict
        As `say_finding` gives it.
    """
    why = finding.params.get("why")
    if isinstance(why, str) and _PATTERN.search(why):
        finding = replace(finding, params={**finding.params, "why": _PATTERN.sub(_ANOTHER, why)})
    said = say_finding(finding, lang)
    said = {name: without_folders(text) if text else text for name, text in said.items()}
    return {name: _worded(text, lang) if text else text for name, text in said.items()}


def in_words_of_pages(text: str, lang: Language) -> str:
    """A text that may name options, commands and files of the documentation, as pages say it."""
    return _worded(text, lang) if any(one in text for one in ("`", "--", "docs/", "factors/")) else text


def reason_here(reason: str | None, lang: Language) -> str:
    """Why there is no value, or what has to be known of it, as pages say it."""
    if _FAULT.match(reason or ""):
        return translator(lang)(_FAILED, error=reason)
    return in_words_of_pages(say_reason(reason, lang), lang)


def _worded(text: str, lang: Language) -> str:
    t = translator(lang)
    text = _TRACE.sub(t("The id in the table"), text)

    def called(found: re.Match[str], names: Mapping[str, str]) -> str:
        name = names.get(found[1])
        return found[0] if name is None else f"“{t(name)}”"

    text = _FOLDER.sub(lambda _: t("under “{place}”", place=t("Tariffs and factors")), text)
    text = _DOCUMENT.sub(lambda one: t("the documentation (“{page}”)", page=one[1] + one[2]), text)
    return _OPTION.sub(lambda one: called(one, _FIELDS), _COMMAND.sub(lambda one: called(one, _PLACES), text))
