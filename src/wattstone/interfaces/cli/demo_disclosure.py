"""What the demo organisation says in its climate report: texts, who answers for them, reviews, and a locked edition."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from wattstone.workflows.workspace import Workspace

__all__ = ["lock_first_edition", "take_disclosure_in"]

_LANGS: Final = ("en", "zh")


@cache
def _held(name: str = "demo_texts") -> Mapping[str, Any]:
    path = resources.files("wattstone.disclosure") / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def take_disclosure_in(workspace: "Workspace", year: int) -> None:
    """Enter texts, responsibilities, omissions and reviews of the demo's report, each by whoever it is of.

    Parameters
    ----------
    workspace : Workspace
        With the demo's inventory and the reports of its programme.
    year : int
        That the demo reports; nothing is entered for another year than the texts are of.
    """
    from wattstone.workflows.programme.loading import load_entries

    held = _held()
    if year != held["year"]:
        return
    for name, entries in _said(held, year).items():
        load_entries(workspace, entries, who=name, source="demo")
    load_entries(workspace, _reviews(workspace, held), who=str(held["reviewer"]), source="demo")
    load_entries(workspace, _names(workspace), who=str(held["person"][0]["name"]), source="demo")


def lock_first_edition(workspace: "Workspace", year: int) -> bool:
    """Lock the demo's TCFD report as its first edition, where nothing stands in its way and none was locked.

    Parameters
    ----------
    workspace : Workspace
        With what `take_disclosure_in` enters.
    year : int
        That the demo reports.

    Returns
    -------
    bool
        Whether there is an edition.
    """
    from wattstone.base import InputRefused
    from wattstone.workflows.disclosure.locking import editions, lock

    held = _held()
    if year != held["year"]:
        return False
    if editions(workspace, "tcfd", year):
        return True
    try:
        lock(workspace, "tcfd", year, who=str(held["reviewer"]))
    except InputRefused:  # a portfolio of other sites may lack figures that the texts name: the report stays a draft
        return False
    return True


def _said(held: Mapping[str, Any], year: int) -> dict[str, list[tuple[str, Mapping[str, Any]]]]:
    """What each person enters: who answers for a topic, what is left out of it and why, its texts."""
    said: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    owner = {topic: one["name"] for one in held["person"] for topic in one["topics"]}
    for one in held["person"]:
        rows = said.setdefault(one["name"], [])
        rows += [
            ("responsibility", {"topic": topic, "owner": one["name"], "due": one["due"]}) for topic in one["topics"]
        ]
    for one in held["omission"]:
        said[owner[one["topic"]]].append(("omission", {"year": year, **one}))
    for one in held["narrative"]:
        texts = ({"year": year, "topic": one["topic"], "lang": lang, "text": one[lang].strip()} for lang in _LANGS)
        said[owner[one["topic"]]] += [("narrative", text) for text in texts]
    return said


def _names(workspace: "Workspace") -> list[tuple[str, Mapping[str, Any]]]:
    """What names are called in Chinese: those of the demo's file, and those of its sites."""
    held = _held("demo_names")
    names = {**held["names"], **dict(_site_names(workspace, held["site"]))}
    return [("term", {"text": text, "zh": chinese}) for text, chinese in names.items()]


def _site_names(workspace: "Workspace", held: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in workspace.records.sites():
        found = re.fullmatch(held["pattern"], one.name or "")
        if found is not None:
            said = {name: held[name].get(found[name], found[name]) for name in ("type", "city")}
            yield found[0], held["form"].format(number=found["number"], **said)


def _reviews(workspace: "Workspace", held: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What the reviewer says of each text: most are approved."""
    from wattstone.workflows.programme.entries import entries_of

    texts = entries_of(workspace, "narrative").filter(year=held["year"])
    for topic, entry, version in texts.select("topic", "entry", "hash").iter_rows():
        said = {"narrative": entry, "read": version, "reviewer": held["reviewer"]}
        if topic in held["changes"]:
            yield "review", {**said, "verdict": "changes", "comment": held["changes"][topic]}
        elif topic not in held["unread"]:
            yield "review", {**said, "verdict": "approved"}
