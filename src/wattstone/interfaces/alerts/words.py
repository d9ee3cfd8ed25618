"""What an alert says, in either language: for mails, webhooks, the API and pages."""

from collections.abc import Mapping
from typing import Any, Protocol

from wattstone.interfaces.present.job_names import job_name
from wattstone.interfaces.present.languages import Language, counter, mark, say_reason, translator
from wattstone.interfaces.present.numbers import amount
from wattstone.interfaces.present.waste_words import waste_name

__all__ = ["KIND_NAMES", "SEVERITIES", "STATES", "alert_sentence", "over_reason"]

KIND_NAMES: Mapping[str, str] = {
    "finding.worth": mark("A finding is worth more than a threshold"),
    "job.failed": mark("A job failed"),
    "data.silent": mark("Meters are silent"),
    "meter.limit": mark("A meter passed a limit"),
}
STATES: Mapping[str, str] = {
    "raised": mark("raised"),
    "acknowledged": mark("acknowledged"),
    "closed": mark("over"),
}
_OVER: Mapping[str, str] = {"rule.removed": mark("its rule was removed")}
SEVERITIES: Mapping[str, str] = {"watch": mark("watch"), "act": mark("act")}


class Told(Protocol):
    """The part of an alert that is told."""

    @property
    def kind(self) -> str:
        """Of its rule."""
        ...

    @property
    def site(self) -> str | None:
        """Where."""
        ...

    @property
    def facts(self) -> Mapping[str, Any]:
        """What there is to say."""
        ...


def alert_sentence(alert: Told, lang: Language) -> str:
    """An alert in one sentence.

    Parameters
    ----------
    alert : Told
        With `kind`, `site` and `facts`.
    lang : {'en', 'zh'}
    """
    t, facts = translator(lang), alert.facts
    if alert.kind == "finding.worth":
        return t(
            "{what} at {site}, meter {meter}: worth {worth} a year",
            what=waste_name(str(facts["code"]), lang),
            site=alert.site or "",
            meter=facts.get("meter") or "",
            worth=amount(facts["value"], str(facts["unit"]), lang),
        )
    if alert.kind == "job.failed":
        job, error = job_name(str(facts["job_kind"]), lang), str(facts.get("error") or "")
        why = say_reason(error, lang) or t("not known")
        if lang != "en" and why == error:  # told in English when it failed; the job has it in every language
            return t("The job '{job}' failed; its page says why", job=job)
        return t("The job '{job}' failed: {why}", job=job, why=why)
    if alert.kind == "data.silent":
        n = counter(lang)
        return n(
            "{count} meter at {site} has told nothing since {since} ({meters})",
            "{count} meters at {site} have told nothing, the first since {since} ({meters})",
            int(facts["count"]),
            site=alert.site or "",
            since=_moment(facts["since"]),
            meters=", ".join(map(str, facts["meters"])),
        )
    return _limit(facts, lang)


def over_reason(alert: Told, lang: Language) -> str:
    """Why an alert is over although its cause may still be there; empty where the cause is gone."""
    why = _OVER.get(str(alert.facts.get("over")))
    return translator(lang)(why) if why else ""


def _limit(facts: Mapping[str, Any], lang: Language) -> str:
    n = counter(lang)
    limits = [facts[name] for name in ("above", "below") if facts.get(name) is not None]
    return n(
        "Meter {meter} passed its limit of {limit} in {count} interval of its last day",
        "Meter {meter} passed its limit of {limit} in {count} intervals of its last day",
        int(facts["count"]),
        meter=facts["meter"],
        limit=" / ".join(f"{one:g}" for one in limits),
    )


def _moment(text: object) -> str:
    """`2023-05-01T14:00:00Z` for people."""
    return str(text).replace("T", " ").removesuffix(":00Z").removesuffix("Z") + " UTC"
