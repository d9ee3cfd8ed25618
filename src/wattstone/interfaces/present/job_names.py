"""What jobs and their parts are called where people read of them."""

from wattstone.interfaces.present.languages import Language, mark, say_reason, translator

__all__ = ["JOB_NAMES", "job_name", "part_name"]

JOB_NAMES = {
    "ingest": mark("Take readings in"),
    "inventory": mark("Take the inventory"),
    "quality": mark("Score the readings"),
    "detection": mark("Find waste and faults"),
    "savings": mark("Prove savings"),
    "forecast": mark("Forecast"),
    "plan": mark("Plan the day"),
    "backtest": mark("Try plans on the past"),
    "size": mark("Compare sizes of PV and storage"),
    "plant": mark("Plan the plant"),
    "replay": mark("Run the plant's past"),
    "air": mark("Assess the air station"),
    "improvement": mark("Compare measures for compressed air"),
    "report": mark("Write the report"),
    "statement": mark("Write the statement"),
    "check": mark("Check the inventory"),
    "release": mark("Release the year"),
    "restatement": mark("Propose a restatement"),
    "change": mark("Tell what changed"),
    "programme": mark("Write a report of the programme"),
    "disclosure": mark("Make a file of the climate report"),
    "disclosure_verify": mark("Verify an edition of the climate report"),
    "export": mark("Take a table out"),
    "sample": mark("Try the sample estate"),
    "verify": mark("Check the figures"),
}
"""By kind; the titles of the kinds that there are."""
_PARTS = {
    "assess": mark("assessing"),
    "backtest": mark("planning the past"),
    "calibrating": mark("calibrating"),
    "change": mark("telling what changed"),
    "check": mark("checking"),
    "detect": mark("looking for waste and faults"),
    "fitting": mark("fitting baselines"),
    "forecast": mark("forecasting"),
    "generate": mark("making readings up"),
    "improve": mark("comparing measures"),
    "inventory": mark("adding up emissions"),
    "plan": mark("planning"),
    "predicting": mark("predicting use"),
    "quality": mark("scoring readings"),
    "read": mark("reading"),
    "report": mark("adding up what was entered"),
    "size": mark("trying sizes"),
    "verify": mark("checking figures"),
    "write": mark("writing"),
}


def job_name(kind: str, lang: Language) -> str:
    """The name of a kind of job; one that there is no more keeps its id.

    Parameters
    ----------
    kind : str
        As the queue has it.
    lang : {'en', 'zh'}

    Examples
    --------
    >>> job_name("inventory", "en"), job_name("of old", "en")
    ('Take the inventory', 'of old')
    """
    return translator(lang)(JOB_NAMES[kind]) if kind in JOB_NAMES else kind


def part_name(what: str | None, lang: Language) -> str:
    """What a job is at, in words; a text that names no part is told as it is.

    Parameters
    ----------
    what : str or None
        As the job tells it.
    lang : {'en', 'zh'}

    Examples
    --------
    >>> part_name("size", "en"), part_name("page 3", "en"), part_name(None, "en")
    ('trying sizes', 'page 3', '')
    """
    return translator(lang)(_PARTS[what]) if what in _PARTS else say_reason(what, lang)
