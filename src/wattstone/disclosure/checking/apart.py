"""Credits, offsets and emissions that others avoid stand apart from gross emissions: in tables and in texts."""

import re
from collections.abc import Iterator
from typing import Final

from wattstone.base import Finding
from wattstone.disclosure.checking.looking import Looked, say, texts_of
from wattstone.disclosure.narratives.placeholders import placeholders
from wattstone.programme.targets.checks import rule

__all__ = ["APART", "GROSS", "of_offsets"]

GROSS: Final = frozenset({
    "metrics.ghg", "metrics.gases", "metrics.sites", "metrics.group", "metrics.contracts", "metrics.scope3",
    "metrics.financed", "metrics.intensity", "metrics.restatement", "targets.set", "targets.progress",
})  # fmt: skip
"""Topics whose numbers are gross."""

APART: Final = re.compile(
    r"(?:^|[._])(?:avoided|credits?|offsets?|neutrality|removals?|removed|retired)(?:[._]|$)|^nature\.carbon\."
)
"""Names of figures that lessen no gross number."""


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
