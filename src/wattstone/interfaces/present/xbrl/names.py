"""Names and namespaces: of XBRL, of what the taxonomy declares, of the files that it stands in."""

from typing import Final

from wattstone.interfaces.present.xbrl.concepts import Axis, Concept, Group, taxonomy

__all__ = [
    "ARCROLES", "NAMESPACES", "cube_role", "element", "file_name", "group_role", "name", "prefixed", "roles",
    "schema_file",
]  # fmt: skip

NAMESPACES: Final[dict[str, str]] = {
    "xs": "http://www.w3.org/2001/XMLSchema",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xlink": "http://www.w3.org/1999/xlink",
    "link": "http://www.xbrl.org/2003/linkbase",
    "xbrli": "http://www.xbrl.org/2003/instance",
    "xbrldt": "http://xbrl.org/2005/xbrldt",
    "xbrldi": "http://xbrl.org/2006/xbrldi",
    "ref": "http://www.xbrl.org/2006/ref",
    "dtr": "http://www.xbrl.org/dtr/type/2024-01-31",
    "utr": "http://www.xbrl.org/2009/utr",
    "iso4217": "http://www.xbrl.org/2003/iso4217",
    "ix": "http://www.xbrl.org/2013/inlineXBRL",
    "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12",
}

ARCROLES: Final[dict[str, str]] = {
    "concept-label": "http://www.xbrl.org/2003/arcrole/concept-label",
    "concept-reference": "http://www.xbrl.org/2003/arcrole/concept-reference",
    "parent-child": "http://www.xbrl.org/2003/arcrole/parent-child",
    "summation-item": "https://xbrl.org/2023/arcrole/summation-item",
    "fact-footnote": "http://www.xbrl.org/2003/arcrole/fact-footnote",
    "all": "http://xbrl.org/int/dim/arcrole/all",
    "hypercube-dimension": "http://xbrl.org/int/dim/arcrole/hypercube-dimension",
    "dimension-domain": "http://xbrl.org/int/dim/arcrole/dimension-domain",
    "domain-member": "http://xbrl.org/int/dim/arcrole/domain-member",
}


def prefixed(*wanted: str) -> dict[str, str]:
    """Declarations of namespaces for a root element."""
    return {f"xmlns:{one}": NAMESPACES[one] for one in wanted}


def name(one: Concept | Axis | Group) -> str:
    """Local name of the element of a concept or an axis, or of the abstract above a group.

    Examples
    --------
    >>> name(taxonomy().concept("Scope1Emissions")), name(taxonomy().axis("Carrier"))
    ('Scope1Emissions', 'CarrierAxis')
    """
    ending = "Axis" if isinstance(one, Axis) else "Abstract" if isinstance(one, Group) else ""
    return f"{one.id}{ending}"


def element(local: str) -> str:
    """Id of an element in the schema, and what linkbases point to."""
    return f"{taxonomy().prefix}_{local}"


def file_name(part: str) -> str:
    """Of a linkbase."""
    return f"wattstone-{taxonomy().version}-{part}.xml"


def schema_file() -> str:
    """Of the schema."""
    return f"wattstone-{taxonomy().version}.xsd"


def group_role(one: Group) -> str:
    """Role under which a group is shown and summed."""
    return f"urn:wattstone:disclosure:role:{one.id}"


def cube_role(one: str) -> str:
    """Role of a hypercube."""
    return f"urn:wattstone:disclosure:dimensions:{one}"


def roles() -> dict[str, tuple[tuple[Concept, ...], tuple[str, ...]]]:
    """Roles of the hypercubes: concepts and the axes that all facts of them have.

    Every number stands in two, for the organisation and for a subject: no axis has a default.
    """
    held: dict[str, tuple[tuple[Concept, ...], tuple[str, ...]]] = {}
    combinations = dict.fromkeys(one.axes for one in taxonomy().concepts)
    for axes in combinations:
        same = tuple(one for one in taxonomy().concepts if one.axes == axes)
        held["".join(axes) or "Plain"] = (same, axes)
        numbers = tuple(one for one in same if one.number)
        held["".join((*axes, "Subject"))] = (numbers, (*axes, "Subject"))
    return held
