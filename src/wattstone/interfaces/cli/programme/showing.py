"""What the commands that look at entries do."""

from datetime import date
from pathlib import Path
from typing import Any, Literal

import typer

from wattstone.interfaces.cli.opening import opened, writing
from wattstone.interfaces.cli.output import Output
from wattstone.interfaces.present.languages import translator
from wattstone.programme.kinds import Module, RecordField, RecordKind, kinds_of
from wattstone.workflows.programme.registry import known_kind

__all__ = ["day_of", "show_entries", "show_kinds", "write_template"]

Lang = Literal["en", "zh"]


def show_kinds(module: Module, kind: str | None, *, lang: Lang, json: bool) -> None:
    """List kinds, or the fields of one."""
    output = Output(json=json, lang=lang)
    shown = kinds_of(module) if kind is None else (known_kind(module, kind),)
    output.show(_kinds_table(shown, lang) if kind is None else _fields_table(shown[0], lang))
    output.machine({"kinds": [_kind_json(one) for one in shown]})


def write_template(module: Module, kind: str, file: Path, root: Path | None, *, lang: Lang, json: bool) -> None:
    """Write a template."""
    from wattstone.interfaces.present.programme.entry_template import entry_csv, entry_workbook
    from wattstone.workflows.programme.beside import known_to

    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise typer.BadParameter("the name ends in .csv or .xlsx", param_hint="FILE")
    one = known_kind(module, kind)
    output, t = Output(json=json, lang=lang), translator(lang)
    sites: dict[str, str] = {}
    refs: dict[str, Any] = {}
    if root is not None:
        with opened(root) as held:
            known = known_to(held, one, {})
        sites, refs = dict(known.sites), dict(known.refs)
    with writing(file) as path:
        if path.suffix.lower() == ".csv":
            path.write_text(entry_csv(one, lang), encoding="utf-8-sig", newline="")
        else:
            path.write_bytes(entry_workbook(one, lang, sites=sites, refs=refs))
    output.say(t("Written: {file}", file=file))
    output.machine({"file": str(file)})


def show_entries(
    module: Module, root: Path, kind: str, *, history: str | None, at: str | None, lang: Lang, json: bool
) -> None:
    """List entries."""
    from wattstone.interfaces.present.programme.entry_list import entry_list
    from wattstone.workflows.programme.entries import entries_of
    from wattstone.workflows.programme.listing import history_of, plain_entry

    one = known_kind(module, kind)
    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(root) as held:
        rows = entries_of(held, one, at=day_of(at)) if history is None else history_of(held, one, history)
    if rows.is_empty():
        output.say(t("There are no entries."))
    else:
        output.show(entry_list(one, rows, lang))
    output.machine({"kind": one.id, "entries": [plain_entry(row) for row in rows.iter_rows(named=True)]})


def day_of(text: str | None) -> date | None:
    """A day of an option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no day as 2024-12-31", param_hint="--at") from None


def _kind_json(kind: RecordKind) -> dict[str, Any]:
    fields = [
        {
            "name": one.name, "type": one.type, "label": one.label, "help": one.help, "unit": one.unit,
            "required": one.required, "choices": dict(one.choices), "least": one.least, "most": one.most,
            "above": one.above, "to": one.to,
        }
        for one in kind.fields
    ]  # fmt: skip
    return {
        "id": kind.id, "module": kind.module, "label": kind.label, "plural": kind.plural, "help": kind.help,
        "key": list(kind.key), "fields": fields,
    }  # fmt: skip


def _kinds_table(kinds: "tuple[RecordKind, ...]", lang: Lang) -> Any:
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(t("Kind"), t("Entries"), t("What they say"), box=None, pad_edge=False)
    for one in kinds:
        table.add_row(Text(one.id), Text(t(one.plural)), Text(t(one.help) if one.help else ""))
    return table


def _fields_table(kind: RecordKind, lang: Lang) -> Any:
    from rich.table import Table
    from rich.text import Text

    from wattstone.interfaces.present.programme.entry_template import head_of, takes

    t = translator(lang)
    table = Table(t("Field"), t("Header"), t("What it takes"), box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for one in kind.fields:
        told = takes(one, lang) + _offered(one, lang)
        table.add_row(Text(one.name), Text(head_of(one, lang)), Text(told))
    return table


def _offered(one: RecordField, lang: Lang) -> str:
    """What there is to choose from: what is written, and what it means."""
    if not one.choices:
        return ""
    t = translator(lang)
    if lang == "zh":
        return "（" + "；".join(f"{code}：{t(label)}" for code, label in one.choices.items()) + "）"
    return " (" + "; ".join(f"{code}: {t(label)}" for code, label in one.choices.items()) + ")"
