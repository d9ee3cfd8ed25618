"""What the workspace fills into a report, by topic: numbers, tables and charts that nobody types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wattstone.base import Finding
from wattstone.disclosure.statement import Shown
from wattstone.programme.report import Chart, Said, Table

__all__ = ["Material", "joined"]


@dataclass(frozen=True, kw_only=True)
class Material:
    """Numbers and tables for the topics of a report.

    Parameters
    ----------
    figures : mapping of str to tuple of Shown
        By topic: numbers shown beside its text.
    tables, charts : mapping of str to tuple
        By topic. A column `NAME@figure` beside `NAME` of a table holds the ids of the figures shown.
    says : mapping of str to tuple of Said
        By topic: what the workspace has to say of it.
    lacks : mapping of str to tuple of Said
        By topic: what is missing for the numbers to be whole; a topic that is filled and lacks nothing is complete.
    every : mapping of str to Shown
        Every figure that stands in figures or tables, by `Shown.key`.
    evidence : mapping of str to tuple of str
        By topic: `entry:HASH`, SHA-256 of documents.
    findings : tuple of Finding
    limits : tuple of Said
        What the numbers do not prove.
    simulated : bool
        Whether any of it comes from simulated data.
    """

    figures: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict[str, tuple[Shown, ...]])
    tables: Mapping[str, tuple[Table, ...]] = field(default_factory=dict[str, tuple[Table, ...]])
    charts: Mapping[str, tuple[Chart, ...]] = field(default_factory=dict[str, tuple[Chart, ...]])
    says: Mapping[str, tuple[Said, ...]] = field(default_factory=dict[str, tuple[Said, ...]])
    lacks: Mapping[str, tuple[Said, ...]] = field(default_factory=dict[str, tuple[Said, ...]])
    every: Mapping[str, Shown] = field(default_factory=dict[str, Shown])
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    findings: tuple[Finding, ...] = ()
    limits: tuple[Said, ...] = ()
    simulated: bool = False

    def filled(self, topic: str) -> bool:
        """Whether there is a number or a table for a topic."""
        return bool(self.figures.get(topic) or self.tables.get(topic))


def joined(parts: Iterable[Material]) -> Material:
    """Several materials as one; what they have of the same topic stands in their order."""
    held = list(parts)
    by_topic: dict[str, Any] = {
        name: _by_topic(getattr(one, name) for one in held)
        for name in ("figures", "tables", "charts", "says", "lacks", "evidence")
    }
    every = {key: shown for one in held for key, shown in one.every.items()}
    return Material(
        **by_topic, every=every, findings=tuple(each for one in held for each in one.findings),
        limits=tuple(each for one in held for each in one.limits), simulated=any(one.simulated for one in held),
    )  # fmt: skip


def _by_topic(held: Iterable[Mapping[str, tuple[Any, ...]]]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for one in held:
        for topic, each in one.items():
            found[topic] = (*found.get(topic, ()), *each)
    return found
