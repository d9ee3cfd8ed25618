"""What the commands that change entries do."""

from pathlib import Path
from typing import Literal

import typer

from wattstone.interfaces.cli.opening import account, opened
from wattstone.interfaces.cli.output import Output
from wattstone.interfaces.present.languages import translator
from wattstone.interfaces.present.programme.entry_template import entry_labels
from wattstone.programme.kinds import Module, RecordKind
from wattstone.workflows.programme.attaching import attach_evidence
from wattstone.workflows.programme.changing import Changed
from wattstone.workflows.programme.entries import add_entry, correct, withdraw
from wattstone.workflows.programme.importing import import_entries
from wattstone.workflows.programme.registry import known_kind

__all__ = ["add_one", "attach_file", "correct_one", "import_file", "said_of", "withdraw_one"]

Lang = Literal["en", "zh"]


def add_one(module: Module, root: Path, kind: str, fields: list[str], *, lang: Lang, json: bool) -> None:
    """Enter one entry."""
    one = known_kind(module, kind)
    with opened(root) as held:
        done = add_entry(held, one, said_of(fields), who=account(), labels=entry_labels(one))
    _tell(one, done, lang=lang, json=json)


def correct_one(
    module: Module, root: Path, kind: str, entry: str, fields: list[str], *, reason: str, lang: Lang, json: bool
) -> None:
    """Correct an entry."""
    one = known_kind(module, kind)
    with opened(root) as held:
        done = correct(held, one, entry, said_of(fields), reason=reason, who=account(), labels=entry_labels(one))
    _tell(one, done, lang=lang, json=json)


def import_file(
    module: Module, root: Path, kind: str, file: Path, *, over: bool, reason: str, lang: Lang, json: bool
) -> None:
    """Take a file in."""
    one = known_kind(module, kind)
    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(root) as held:
        done = import_entries(held, one, file, who=account(), labels=entry_labels(one), over=over, reason=reason)
    output.warn(done.findings)
    counts = {"new": len(done.new), "changed": len(done.changed), "same": len(done.same)}
    output.say(t("{file}: {new} new, {changed} changed, {same} as they were.", file=done.source, **counts))
    output.machine(done.as_dict())


def withdraw_one(module: Module, root: Path, kind: str, entry: str, *, reason: str, lang: Lang, json: bool) -> None:
    """Withdraw an entry."""
    one = known_kind(module, kind)
    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(root) as held:
        output.warn(withdraw(held, one, entry, reason=reason, who=account()))
    output.say(t("{kind} {entry} is withdrawn.", kind=t(one.label), entry=entry))
    output.machine({"kind": one.id, "entry": entry, "withdrawn": reason})


def attach_file(module: Module, root: Path, kind: str, entry: str, file: Path, *, lang: Lang, json: bool) -> None:
    """Attach a document."""
    one = known_kind(module, kind)
    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(root) as held:
        done = attach_evidence(held, one, entry, file, who=account())
    output.say(t("{file} is attached as {sha}.", file=done.title, sha=done.sha256[:16]))
    output.machine(
        {"kind": one.id, "entry": entry, "sha256": done.sha256, "type": done.type, "size": done.size,
         "already": not done.lines}
    )  # fmt: skip


def said_of(fields: list[str]) -> dict[str, str]:
    """Fields of NAME=VALUE; the same name twice says several, as a list has them."""
    said: dict[str, str] = {}
    for one in fields:
        name, mark, value = one.partition("=")
        if not mark or not name.strip():
            raise typer.BadParameter(f"{one!r} is no NAME=VALUE", param_hint="NAME=VALUE...")
        said[name.strip()] = value if name not in said else f"{said[name]};{value}"
    return said


def _tell(kind: RecordKind, done: Changed, *, lang: Lang, json: bool) -> None:
    output, t = Output(json=json, lang=lang), translator(lang)
    output.warn(done.findings)
    words = {
        "new": t("{kind} {entry} was entered.", kind=t(kind.label), entry=", ".join(done.new)),
        "changed": t("{kind} {entry} was corrected.", kind=t(kind.label), entry=", ".join(done.changed)),
        "same": t("{kind} {entry} is there already and says the same.", kind=t(kind.label), entry=", ".join(done.same)),
    }
    output.say(*(words[name] for name in words if getattr(done, name)))
    output.machine(done.as_dict())
