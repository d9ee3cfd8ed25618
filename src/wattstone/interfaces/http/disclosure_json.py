"""A climate report as the API tells it: statements, readiness, requirement lists and editions as JSON values."""

from collections.abc import Sequence
from typing import Any

from wattstone.disclosure.differences import Change
from wattstone.disclosure.narratives.typed import typed_numbers
from wattstone.disclosure.readiness import readiness
from wattstone.disclosure.standards import Standard
from wattstone.disclosure.statement import Answer, Edition, Omission, Shown, Statement, Written
from wattstone.interfaces.http.problems import findings_json
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.programme.words import said
from wattstone.inventory.checks import Checked
from wattstone.programme.report import Table

__all__ = [
    "asked_json", "change_json", "edition_json", "readiness_json", "standard_json", "statement_json", "topic_json",
]  # fmt: skip

_AT = "@figure"


def standard_json(one: Standard, lang: Language) -> dict[str, Any]:
    """A requirement list."""
    t = translator(lang)
    return {
        "key": one.key, "id": one.id, "version": one.version, "title": t(one.title), "issuer": t(one.issuer),
        "source": t(one.source), "note": t(one.note) if one.note else "", "confidence": one.confidence,
        "issued": one.issued, "effective": one.effective, "early": one.early, "base": one.base,
        "sections": {name: t(title) for name, title in one.sections.items()},
        "requirements": [
            {"id": each.id, "section": each.section, "topics": list(each.topics), "version": each.version,
             "condition": t(each.condition) if each.condition else ""}
            for each in one.requirements
        ],
    }  # fmt: skip


def statement_json(one: Statement, lang: Language) -> dict[str, Any]:
    """A report with both languages of its texts; what the workspace says is in the language of the request."""
    return {
        **_summary(one), "topics": [topic_json(each, lang) for each in one.answers],
        "figures": [_figure(each) for each in one.figures.values()], "findings": findings_json(one.findings, lang),
        "limits": [said(each, lang) for each in one.limits],
    }  # fmt: skip


def _summary(one: Statement) -> dict[str, Any]:
    return {
        "standard": one.standard.key, "year": one.year, "organisation": one.organisation, "made": one.made,
        "edition": None if one.edition is None else one.edition.number, "simulated": one.simulated,
    }  # fmt: skip


def topic_json(one: Answer, lang: Language) -> dict[str, Any]:
    """What a report says of a topic."""
    t, topic = translator(lang), one.topic
    return {
        "topic": topic.id, "part": topic.part, "title": t(topic.title), "asks": t(topic.asks),
        "content": list(topic.content), "status": one.status, "requirements": list(one.requirements),
        "owner": one.owner, "due": one.due, "texts": [_text(each) for each in one.written.values()],
        "figures": [_figure(each) for each in one.figures], "tables": [_table(each, lang) for each in one.tables],
        "says": [said(each, lang) for each in one.says], "omission": _omission(one.omission),
        "evidence": list(one.evidence),
    }  # fmt: skip


def _text(one: Written) -> dict[str, Any]:
    return {
        "lang": one.lang, "markdown": one.markdown, "entry": one.entry, "hash": one.hash, "by": one.by, "at": one.at,
        "approved_by": one.approved_by, "typed": [each.text for each in typed_numbers(one.markdown)],
    }  # fmt: skip


def _figure(one: Shown) -> dict[str, Any]:
    return {
        "key": one.key, "id": one.id, "name": one.name, "period": one.period, "subject": one.subject,
        "value": one.value, "unit": one.unit, "interval": None if one.interval is None else list(one.interval),
        "state": one.state, "basis": one.basis, "method": one.method, "reason": one.reason,
    }  # fmt: skip


def _table(one: Table, lang: Language) -> dict[str, Any]:
    """A table with its rows, and beside each the ids of the figures that it shows."""
    t = translator(lang)
    names = [each.name for each in one.columns if each.name in one.rows.columns]
    names += [name for name in one.rows.columns if name.endswith(_AT)]
    return {
        "id": one.id, "title": t(one.title),
        "columns": [{"name": each.name, "label": t(each.label), "unit": each.unit} for each in one.columns],
        "rows": one.rows.select(names).to_dicts(),
    }  # fmt: skip


def _omission(one: Omission | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"ground": one.ground, "reason": dict(one.reason), "paragraph": one.paragraph, "until": one.until}


def readiness_json(one: Statement, lang: Language) -> dict[str, Any]:
    """How ready a report is."""
    t, held = translator(lang), readiness(one)
    return {
        **_summary(one), "ready": held.ready, "errors": held.errors, "warnings": held.warnings,
        "topics": [
            {"topic": each.topic.id, "title": t(each.topic.title), "status": each.status, "owner": each.owner,
             "requirements": list(each.requirements), "due": each.due, "late": each.late,
             "needs": [{"want": need.want, "lang": need.lang, "count": need.count} for need in each.needs]}
            for each in held.topics
        ],
        "requirements": [
            {"id": each.id, "section": each.section, "status": each.status,
             "topics": [topic.topic.id for topic in each.topics]}
            for each in held.requirements
        ],
        "findings": findings_json(one.findings, lang),
    }  # fmt: skip


def edition_json(one: Edition) -> dict[str, Any]:
    """A locked edition."""
    return {
        "number": one.number, "sha256": one.sha256, "locked_by": one.locked_by, "locked_at": one.locked_at,
        "key": one.key, "why": one.why,
    }  # fmt: skip


def asked_json(found: Sequence[Checked], lang: Language) -> list[dict[str, Any]]:
    """What stands in the way of a lock."""
    told = findings_json([one.finding for one in found], lang)
    return [
        {**row, "key": one.key, "outcome": one.severity, "blocks": one.blocks}
        for row, one in zip(told, found, strict=True)
    ]


def change_json(one: Change) -> dict[str, Any]:
    """One thing that is said in another way."""
    return {
        "topic": one.topic, "what": one.what, "place": one.place, "part": one.part, "before": one.before,
        "after": one.after, "unit": one.unit, "by": list(one.by),
    }  # fmt: skip
