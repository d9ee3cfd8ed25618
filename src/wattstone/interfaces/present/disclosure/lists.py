"""Standards, their requirements and topics as tables for a terminal."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from wattstone.disclosure.crossing import Crossing
from wattstone.disclosure.standards import Standard
from wattstone.disclosure.topics import parts, topic
from wattstone.interfaces.present.languages import Language, mark, translator

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["CONFIDENCE", "CONTENT", "about_standard", "requirements_table", "standards_table", "topics_table"]

CONFIDENCE: Final = {
    "A": mark("compared with the publisher's own text"),
    "B": mark("two readings agree"),
    "C": mark("one reading"),
    "unconfirmed": mark("not confirmed"),
}
"""How sure the numbers of a list are."""

CONTENT: Final = {"narrative": mark("a text"), "figure": mark("figures"), "table": mark("tables")}


def standards_table(standards: Iterable[Standard], lang: Language) -> "Table":
    """The lists, a row each: name, from when it binds, how many requirements, how sure."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(t("Name"), t("Title"), t("Binds from"), t("Requirements"), t("Its numbers"), box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    table.columns[3].justify = "right"
    table.columns[1].overflow = "fold"
    for one in standards:
        binds = t("a draft") if one.draft else f"{one.effective:%Y-%m-%d}"
        early = f" ({t('may be used before')})" if one.early else ""
        table.add_row(
            Text(one.key), Text(t(one.title)), binds + early, str(len(one.requirements)), t(CONFIDENCE[one.confidence])
        )
    return table


def about_standard(one: Standard, lang: Language) -> list[str]:
    """What is known of a list, in lines: its title, where it is from, how sure it is."""
    t = translator(lang)
    return [
        f"{t(one.title)} ({one.key})",
        t("Source: {source}", source=t(one.source)),
        t("Its numbers: {sure}. {note}", sure=t(CONFIDENCE[one.confidence]), note=t(one.note)),
        "",
    ]


def requirements_table(one: Standard, lang: Language) -> "Table":
    """The requirements of a list: number, what is asked, what kinds of content answer it, when, and reliefs."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(t("Number"), t("Topics"), t("Answered by"), t("When, and relief"), box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    table.columns[1].overflow = table.columns[3].overflow = "fold"
    for each in one.requirements:
        asked = "\n".join(f"{t(topic(name).title)} ({name})" for name in each.topics)
        when = " ".join(t(text) for text in (each.condition, each.relief) if text)
        content = t(", ").join(t(CONTENT[kind]) for kind in each.content)
        table.add_row(Text(each.id), Text(asked), content, Text(when))
    return table


def topics_table(crossed: Sequence[Crossing], asked: Sequence[Standard], lang: Language) -> "Table":
    """Topics part by part, with the requirements of each standard that they answer."""
    from rich.table import Table
    from rich.text import Text

    t = translator(lang)
    table = Table(t("Topic"), t("What is asked"), t("Answered by"), t("Serves"), box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    table.columns[1].overflow = "fold"
    for part in parts():
        held = [one for one in crossed if one.topic.part == part.id]
        if held:
            table.add_row(Text(t(part.title), style="bold"), "", "", "")
        for one in held:
            serves = "\n".join(f"{key}: {', '.join(ids)}" for key, ids in one.asked) if len(asked) > 1 else ""
            alone = ", ".join(one.by(asked[0].key)) if len(asked) == 1 else ""
            content = t(", ").join(t(CONTENT[kind]) for kind in one.topic.content)
            table.add_row(Text(one.topic.id), Text(t(one.topic.asks)), content, Text(serves or alone))
    return table
