"""The taxonomy as files: a schema, labels in both languages, references, presentation, dimensions and sums.

References
----------
.. [1] XBRL International, "Extensible Business Reporting Language (XBRL) 2.1," 2003, with errata to 2013.
.. [2] XBRL International, "XBRL Dimensions 1.0," 2006, with errata to 2012.
.. [3] XBRL International, "Calculations 1.1," 2023.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from wattstone.interfaces.present.xbrl.concepts import Axis, Taxonomy, taxonomy
from wattstone.interfaces.present.xbrl.linkbases import linkbases
from wattstone.interfaces.present.xbrl.markup import Markup, document, join, tag, text
from wattstone.interfaces.present.xbrl.names import (
    cube_role,
    element,
    file_name,
    group_role,
    name,
    prefixed,
    roles,
    schema_file,
)
from wattstone.interfaces.present.xbrl.units import ITEM_TYPES

__all__ = ["taxonomy_files"]

_IMPORTS = {
    "http://www.xbrl.org/2003/instance": "http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd",
    "http://xbrl.org/2005/xbrldt": "http://www.xbrl.org/2005/xbrldt-2005.xsd",
    "http://www.xbrl.org/dtr/type/2024-01-31": "https://www.xbrl.org/dtr/type/2024-01-31/types.xsd",
    "http://www.xbrl.org/2006/ref": "http://www.xbrl.org/2006/ref-2006-02-27.xsd",
}
_LINKBASES = {
    "label-en": "labelLinkbaseRef",
    "label-zh": "labelLinkbaseRef",
    "reference": "referenceLinkbaseRef",
    "presentation": "presentationLinkbaseRef",
    "definition": "definitionLinkbaseRef",
    "calculation": "calculationLinkbaseRef",
}


@cache
def taxonomy_files() -> dict[str, bytes]:
    """The taxonomy.

    Returns
    -------
    dict of str to bytes
        By name of file: a schema, and the linkbases that it points to.
    """
    return {
        schema_file(): document(_schema(taxonomy())),
        **{file_name(part): document(made) for part, made in linkbases().items()},
    }


def _schema(held: Taxonomy) -> Markup:
    attributes = {
        "targetNamespace": held.namespace, "elementFormDefault": "qualified",
        f"xmlns:{held.prefix}": held.namespace, **prefixed("xs", "xlink", "link", "xbrli", "xbrldt", "dtr"),
    }  # fmt: skip
    imports = (tag("xs:import", {"namespace": one, "schemaLocation": place}) for one, place in _IMPORTS.items())
    return tag("xs:schema", attributes, _about(held), *imports, *_elements(held))


def _about(held: Taxonomy) -> Markup:
    shown = [_role(group_role(one), one.labels["en"], ("presentationLink", "calculationLink")) for one in held.groups]
    cubes = [_role(cube_role(one), f"Dimensions: {one}", ("definitionLink",)) for one in roles()]
    pointed = (
        tag("link:linkbaseRef", {
            "xlink:type": "simple", "xlink:href": file_name(part),
            "xlink:role": f"http://www.xbrl.org/2003/role/{kind}",
            "xlink:arcrole": "http://www.w3.org/1999/xlink/properties/linkbase",
        })
        for part, kind in _LINKBASES.items()
    )  # fmt: skip
    return tag("xs:annotation", None, tag("xs:appinfo", None, *shown, *cubes, *pointed))


def _role(uri: str, definition: str, used: Iterable[str]) -> Markup:
    told = tag("link:definition", None, text(definition))
    on = join(tag("link:usedOn", None, text(f"link:{one}")) for one in used)
    return tag("link:roleType", {"roleURI": uri, "id": f"r_{uri.rpartition(':')[2]}"}, told, on)


def _elements(held: Taxonomy) -> Iterator[Markup]:
    for one in held.concepts:
        yield _item(name(one), ITEM_TYPES[one.type])
    for group in held.groups:
        yield _item(name(group), "xbrli:stringItemType", abstract=True)
    for axis in held.axes:
        yield from _axis(axis)
    for cube in roles():
        yield _item(f"{cube}LineItems", "xbrli:stringItemType", abstract=True)
        yield _item(f"{cube}Table", "xbrli:stringItemType", abstract=True, instead="xbrldt:hypercubeItem")


def _axis(axis: Axis) -> Iterator[Markup]:
    values = f"{axis.id}Value"
    typed = f"#{element(values)}" if axis.typed else None
    yield _item(name(axis), "xbrli:stringItemType", abstract=True, instead="xbrldt:dimensionItem", domain=typed)
    if axis.typed:
        yield tag("xs:element", {"name": values, "id": element(values), "type": "xs:string"})
        return
    for member in (f"{axis.id}Domain", *(f"{one.id}Member" for one in axis.members)):
        yield _item(member, "xbrli:stringItemType", abstract=True)


def _item(local: str, kind: str, *, abstract: bool = False, instead: str = "xbrli:item",
          domain: str | None = None) -> Markup:  # fmt: skip
    return tag("xs:element", {
        "name": local, "id": element(local), "type": kind, "substitutionGroup": instead,
        "abstract": "true" if abstract else None, "nillable": "true", "xbrli:periodType": "duration",
        "xbrldt:typedDomainRef": domain,
    })  # fmt: skip
