"""The page of docs/reference that lists the taxonomy against paragraphs of official standards.

`python -m wattstone.interfaces.present.xbrl.reference > docs/reference/xbrl-mapping.md` renews it.
"""

import sys
from collections.abc import Iterator
from importlib import resources

from wattstone.disclosure.standards import standard
from wattstone.interfaces.present.xbrl.concepts import Concept, taxonomy
from wattstone.interfaces.present.xbrl.units import ITEM_TYPES

__all__ = ["mapping_page"]

_LISTS = ("ifrs-s2", "esrs-e1", "csds", "tcfd")


def mapping_page() -> str:
    """The page, as Markdown."""
    held = taxonomy()
    place = resources.files("wattstone.interfaces.present") / "templates" / "xbrl-mapping.md"
    page = place.read_text(encoding="utf-8")
    told = {
        "namespace": held.namespace, "prefix": held.prefix, "version": held.version,
        "groups": "\n".join(_groups()), "axes": "\n".join(_axes()), "sums": _sums(),
    }  # fmt: skip
    for name, text in told.items():
        page = page.replace(f"<<{name}>>", text)
    return page


def _groups() -> Iterator[str]:
    named = [standard(one).key for one in _LISTS]
    for group in taxonomy().groups:
        yield f"\n## {group.labels['en']} / {group.labels['zh']}\n"
        yield f"| concept | what it is | type | axes | {' | '.join(named)} |"
        yield f"|---|---|---|---|{'---|' * len(named)}"
        yield from (_row(one) for one in taxonomy().in_group(group.id))


def _row(one: Concept) -> str:
    asked = [", ".join(each.id for each in standard(name).asking(one.topic)) if one.topic else "" for name in _LISTS]
    axes = ", ".join(f"`{axis}Axis`" for axis in one.axes)
    kind = ITEM_TYPES[one.type].partition(":")[2].removesuffix("ItemType")
    figure = f" (`{'`, `'.join(one.figure)}`)" if one.figure else ""
    return f"| `{one.id}` | {one.labels['en']}{figure} | {kind} | {axes} | {' | '.join(asked)} |"


def _axes() -> Iterator[str]:
    for axis in taxonomy().axes:
        members = ", ".join(f"`{one.id}Member` {one.labels['en']}" for one in axis.members) or "typed"
        yield f"| `{axis.id}Axis` {axis.labels['en']} / {axis.labels['zh']} | {members} |"


def _sums() -> str:
    told = [one for one in taxonomy().concepts if one.sum]
    return "; ".join(
        f"`{one.id}` of `{one.sum[0]}` to `{one.sum[-1]}`" if len(one.sum) > 3
        else f"`{one.id}` of {', '.join(f'`{part}`' for part in one.sum)}"
        for one in told
    )  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(mapping_page())
