"""The linkbases of the taxonomy: what its concepts are called, where they are asked for, how they hang together."""

from collections.abc import Iterable, Iterator, Mapping

from wattstone.disclosure.standards import standards
from wattstone.interfaces.present.xbrl.concepts import Concept, Taxonomy, taxonomy
from wattstone.interfaces.present.xbrl.markup import Markup, tag, text
from wattstone.interfaces.present.xbrl.names import (
    ARCROLES,
    cube_role,
    element,
    group_role,
    name,
    prefixed,
    roles,
    schema_file,
)

__all__ = ["linkbases"]

_DEFAULT = "http://www.xbrl.org/2003/role/link"
_LABEL = "http://www.xbrl.org/2003/role/label"
_REFERENCE = "http://www.xbrl.org/2003/role/reference"
_LANGUAGES = {"en": "en", "zh": "zh-Hans"}


def linkbases() -> dict[str, Markup]:
    """All of them, by the part of their file's name."""
    held = taxonomy()
    return {
        **{f"label-{lang}": _linkbase((_labels(held, lang),), ()) for lang in _LANGUAGES},
        "reference": _linkbase((_references(held),), (), "ref"),
        "presentation": _linkbase(_presentation(held), (group_role(one) for one in held.groups)),
        "definition": _linkbase(_definition(held), (cube_role(one) for one in roles()), "xbrldt"),
        "calculation": _linkbase(_calculation(held), _summed(held)),
    }


def _linkbase(links: Iterable[Markup], used: Iterable[str], *more: str) -> Markup:
    refs = [_ref("roleRef", "roleURI", uri, f"{schema_file()}#r_{uri.rpartition(':')[2]}") for uri in used]
    made = tuple(links)
    for arcrole, place in _DECLARED.items():
        if any(ARCROLES[arcrole] in one for one in made):
            refs.append(_ref("arcroleRef", "arcroleURI", ARCROLES[arcrole], place))
    return tag("link:linkbase", prefixed("link", "xlink", *more), *refs, *made)


_DECLARED = {
    "summation-item": "https://www.xbrl.org/2023/calculation-1.1.xsd#summation-item",
    **{one: f"http://www.xbrl.org/2005/xbrldt-2005.xsd#{one}"
       for one in ("all", "hypercube-dimension", "dimension-domain", "domain-member")},
}  # fmt: skip


def _ref(kind: str, attribute: str, uri: str, place: str) -> Markup:
    return tag(f"link:{kind}", {attribute: uri, "xlink:type": "simple", "xlink:href": place})


def _locator(local: str) -> Markup:
    return tag("link:loc", {"xlink:type": "locator", "xlink:href": f"{schema_file()}#{element(local)}",
                            "xlink:label": local})  # fmt: skip


def _arc(kind: str, arcrole: str, ends: tuple[str, str], **more: str) -> Markup:
    return tag(f"link:{kind}", {"xlink:type": "arc", "xlink:arcrole": ARCROLES[arcrole], "xlink:from": ends[0],
                                "xlink:to": ends[1], **more})  # fmt: skip


def _labelled(held: Taxonomy) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every element of the schema that is an item, with what it is called."""
    for one in (*held.concepts, *held.groups, *held.axes):
        yield name(one), one.labels
    for axis in held.axes:
        if not axis.typed:
            yield f"{axis.id}Domain", axis.labels
            yield from ((f"{one.id}Member", one.labels) for one in axis.members)
    for cube in roles():
        yield f"{cube}LineItems", {"en": "Line items", "zh": "行项目"}
        yield f"{cube}Table", {"en": "Table", "zh": "表"}


def _labels(held: Taxonomy, lang: str) -> Markup:
    pieces: list[Markup] = []
    for local, labels in _labelled(held):
        told = {"xlink:type": "resource", "xlink:label": f"l_{local}", "xlink:role": _LABEL,
                "xml:lang": _LANGUAGES[lang]}  # fmt: skip
        pieces += [_locator(local), _arc("labelArc", "concept-label", (local, f"l_{local}")),
                   tag("link:label", told, text(labels[lang]))]  # fmt: skip
    return tag("link:labelLink", {"xlink:type": "extended", "xlink:role": _DEFAULT}, *pieces)


def _references(held: Taxonomy) -> Markup:
    """Where a standard asks for it: the standard, its version and the number of the paragraph."""
    pieces: list[Markup] = []
    for one in held.concepts:
        asked = [(list_, each.id) for list_ in standards() if one.topic for each in list_.asking(one.topic)]
        pieces += [_locator(name(one))] if asked else []
        for number, (list_, paragraph) in enumerate(asked):
            label = f"r_{one.id}_{number}"
            pieces += [
                _arc("referenceArc", "concept-reference", (name(one), label)),
                tag("link:reference", {"xlink:type": "resource", "xlink:label": label, "xlink:role": _REFERENCE},
                    tag("ref:Publisher", None, text(list_.issuer)), tag("ref:Name", None, text(list_.key)),
                    tag("ref:Paragraph", None, text(paragraph))),
            ]  # fmt: skip
    return tag("link:referenceLink", {"xlink:type": "extended", "xlink:role": _DEFAULT}, *pieces)


def _presentation(held: Taxonomy) -> Iterator[Markup]:
    for group in held.groups:
        shown = held.in_group(group.id)
        axes = dict.fromkeys(axis for one in shown for axis in one.axes)
        pairs = [(name(group), name(held.axis(one))) for one in axes]
        pairs += [(name(held.axis(one)), f"{one}Domain") for one in axes if not held.axis(one).typed]
        pairs += [(f"{one}Domain", f"{each.id}Member") for one in axes for each in held.axis(one).members]
        pairs += [(name(group), name(one)) for one in shown]
        yield _tree("presentationLink", "presentationArc", group_role(group), "parent-child", pairs)


def _tree(link: str, arc: str, role: str, arcrole: str, pairs: Iterable[tuple[str, str]], **more: str) -> Markup:
    """An extended link of arcs of a kind, each end of them located once, children in their order."""
    held = tuple(pairs)
    ends = dict.fromkeys(end for pair in held for end in pair)
    arcs = (_arc(arc, arcrole, pair, order=str(place), **more) for place, pair in enumerate(held, 1))
    return tag(f"link:{link}", {"xlink:type": "extended", "xlink:role": role}, *map(_locator, ends), *arcs)


def _definition(held: Taxonomy) -> Iterator[Markup]:
    for cube, (concepts, axes) in roles().items():
        head, table = f"{cube}LineItems", f"{cube}Table"
        ends = dict.fromkeys((head, table, *map(name, concepts)))
        arcs = [_arc("definitionArc", "all", (head, table),
                     **{"xbrldt:contextElement": "scenario", "xbrldt:closed": "true"})]  # fmt: skip
        arcs += [_arc("definitionArc", "domain-member", (head, name(one)), order=str(place))
                 for place, one in enumerate(concepts, 1)]  # fmt: skip
        for axis in (held.axis(one) for one in axes):
            ends[name(axis)] = None
            arcs.append(_arc("definitionArc", "hypercube-dimension", (table, name(axis))))
            if not axis.typed:
                domain, members = f"{axis.id}Domain", [f"{one.id}Member" for one in axis.members]
                ends |= dict.fromkeys((domain, *members))
                arcs.append(_arc("definitionArc", "dimension-domain", (name(axis), domain),
                                 **{"xbrldt:usable": "false"}))  # fmt: skip
                arcs += [_arc("definitionArc", "domain-member", (domain, one), order=str(place))
                         for place, one in enumerate(members, 1)]  # fmt: skip
        yield tag("link:definitionLink", {"xlink:type": "extended", "xlink:role": cube_role(cube)},
                  *map(_locator, ends), *arcs)  # fmt: skip


def _summing(held: Taxonomy) -> dict[str, tuple[Concept, ...]]:
    return {group_role(one): found for one in held.groups
            if (found := tuple(each for each in held.in_group(one.id) if each.sum))}  # fmt: skip


def _summed(held: Taxonomy) -> tuple[str, ...]:
    return tuple(_summing(held))


def _calculation(held: Taxonomy) -> Iterator[Markup]:
    for role, sums in _summing(held).items():
        pairs = [(one.id, part) for one in sums for part in one.sum]
        yield _tree("calculationLink", "calculationArc", role, "summation-item", pairs, weight="1")
