"""Credits, offsets and emissions that others avoid stand apart from gross emissions: in tables and in texts."""

import re
from collections.abc import Iterator
from typing import Final

from wattstone.base import Finding
from wattstone.disclosure.checking.looking import Looked, say, texts_of
from wattstone.disclosure.checking.sentences import DENIED, SENTENCE
from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.programme.targets.checks import rule

__all__ = ["APART", "GROSS", "netted_in", "of_offsets"]

GROSS: Final = frozenset({
    "metrics.ghg", "metrics.gases", "metrics.sites", "metrics.group", "metrics.contracts", "metrics.scope3",
    "metrics.financed", "metrics.intensity", "metrics.restatement", "targets.set", "targets.progress",
})  # fmt: skip
"""Topics whose numbers are gross."""

APART: Final = re.compile(
    r"(?:^|[._])(?:avoided|credits?|offsets?|neutrality|removals?|removed|retired)(?:[._]|$)|^nature\.carbon\."
)
"""Names of figures that lessen no gross number."""
_NETTED: Final = re.compile(
    r"""\bnet\s+(?:(?:ghg|co2e?|carbon|climate|greenhouse[\s-]gas)\s+)?(?:emissions?|footprint)\b
    | \b(?:emissions?|footprint)\b[^.;]{0,40}\b(?:after|net\s+of|less|minus|deducting)\s+(?:[\w-]+\s+){0,2}
      (?:offsets?|offsetting|credits?|removals?)\b
    | \b(?:after|net\s+of|deducting)\s+(?:[\w-]+\s+){0,2}(?:offsets?|offsetting|credits?|removals?)\b[^.;]{0,60}
      \b(?:emissions?|footprint|emitted)\b
    | 净(?:碳|温室气体|二氧化碳)?排放
    | (?:抵消|抵扣|中和|扣除[^，。；]{0,12}(?:信用|抵消|减排量|清除量?))[之以]?后[^，。；]{0,20}排放
    | 排放[^，。；]{0,20}(?:抵消|抵扣|扣除)[^，。；]{0,12}后""",
    re.VERBOSE | re.IGNORECASE,
)
_COUNTED: Final = re.compile(r"\d|[一二三四五六七八九十百千万亿]+\s*吨")
_FIGURE: Final = re.compile(r"\{\{[^}]*\}\}")


def netted_in(markdown: str) -> tuple[str, ...]:
    """Sentences that give a number of emissions from which credits or removals are taken off.

    Parameters
    ----------
    markdown : str
        With placeholders, which are numbers too.

    Examples
    --------
    >>> netted_in("Our net emissions after offsets were 12 t. We netted nothing. Gross emissions were 15 t.")
    ('Our net emissions after offsets were 12 t',)
    >>> netted_in("We show no net emissions. Emissions were 20 t before any credits.")
    ()
    """
    text = _FIGURE.sub(" 0 ", re.sub(r"[*_`]", "", markdown))
    found: list[str] = []
    for sentence in SENTENCE.findall(text):
        one = _NETTED.search(sentence)
        if one is not None and _COUNTED.search(sentence) and not DENIED.search(sentence[: one.start()]):
            found.append(" ".join(sentence.split()))
    return tuple(found)


def of_offsets(looked: Looked) -> Iterator[Finding]:
    """Figures of credits, offsets, removals or avoided emissions among gross ones."""
    by_id = {one.id: one for one in looked.statement.figures.values() if one.id and APART.search(one.name)}
    for answer in looked.statement.answers:
        if answer.topic.id not in GROSS:
            continue
        found = [(f"topic '{answer.topic.id}'", one.key) for one in answer.figures if APART.search(one.name)]
        for table in answer.tables:
            ids = {id_ for name in table.rows.columns if name.endswith("@figure") for id_ in table.rows[name]}
            found += [(f"table '{table.id}'", by_id[one].key) for one in sorted(ids & by_id.keys())]
        for place, key in found:
            yield say(
                place, "offset_in_gross", "{figure} stands among gross emissions",
                "credits, removals and avoided emissions apart ({source})", "show it with removals and credits",
                figure=key, source=rule("credits"), topic=answer.topic.id,
            )  # fmt: skip
    for answer, text in texts_of(looked.statement):
        named = [one.key for one in placeholders(text.markdown) if one.kind == "figure" and APART.search(one.name)]
        if answer.topic.id in GROSS and named:
            yield say(
                f"narrative '{text.entry}'", "offset_in_text", "{figure} stands in a text on gross emissions",
                "credits, removals and avoided emissions apart ({source})", "tell of it with removals and credits",
                "warning", figure=named[0], source=rule("credits"), topic=answer.topic.id,
            )  # fmt: skip
        for sentence in netted_in(text.markdown):
            yield say(
                f"narrative '{text.entry}'", "offset_netted", "emissions less credits or removals: {sentence}",
                "gross emissions, with credits and removals apart ({source})",
                "give the gross number, and tell of the credits with removals and credits", "warning",
                sentence=sentence[:200], source=rule("credits"), topic=answer.topic.id,
            )  # fmt: skip
