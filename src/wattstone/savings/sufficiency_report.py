"""Findings gathered meter by meter."""

from collections.abc import Mapping
from dataclasses import replace

from wattstone.base import Finding
from wattstone.savings.periods import Baseline, Reporting, Sufficiency
from wattstone.savings.rules import Rule, Sort, sufficiency_rules


class Told:
    """What the rules found of each meter of a batch.

    Parameters
    ----------
    batch : Baseline or Reporting
        Whose meters.
    sort : {'hour', 'segmented', 'day', 'bill'}
        Of model.
    """

    def __init__(self, batch: Baseline | Reporting, sort: Sort) -> None:
        self.batch = batch
        self.sort: Sort = sort
        self.period = "baseline" if isinstance(batch, Baseline) else "reporting"
        self._rules = sufficiency_rules()
        self._findings: dict[int, list[Finding]] = {}

    def rule(self, name: str) -> Rule:
        """A rule by its code; one that begins with a dot is that of the period."""
        return self._rules[self.period + name if name.startswith(".") else name]

    def say(self, name: str, at: int, *, count: int = 1, first: str | None = None, **params: object) -> None:
        """Note that a meter breaches a rule."""
        place = f"meter '{self.batch.meters[at]}', {self.batch.dates}"
        finding = self.rule(name).finding(place, self.sort, count=count, first=first, **params)
        self._findings.setdefault(at, []).append(finding)

    def all(self, finding: Finding) -> None:
        """Note what every meter breaches, at the place of each."""
        for at, meter in enumerate(self.batch.meters):
            mine = replace(finding, place=f"meter '{meter}', {self.batch.dates}")
            self._findings.setdefault(at, []).append(mine)

    def said(self, name: str, at: int) -> bool:
        """Whether a meter was found to breach a rule."""
        code = self.rule(name).code
        return any(one.code == code for one in self._findings.get(at, ()))

    def sufficiency(self, overrides: Mapping[str, Mapping[str, str]] | None) -> tuple[Sufficiency, ...]:
        """Of each meter, with the overrides that were needed."""
        given = overrides or {}
        every = given.get("*", {})
        result: list[Sufficiency] = []
        for at, meter in enumerate(self.batch.meters):
            findings = tuple(self._findings.get(at, ()))
            reasons = {**every, **given.get(meter, {})} if findings else {}
            errors = dict.fromkeys(one.code for one in findings if one.severity == "error")
            kept = tuple((code, reasons[code]) for code in errors if reasons.get(code, "").strip())
            result.append(Sufficiency(meter=meter, findings=findings, overridden=kept))
        return tuple(result)
