"""What each kind of mistake in a report means, and what mends it: codes of Arelle, in words."""

import re
from typing import Final

from wattstone.interfaces.present.languages import mark

__all__ = ["EXPECTED", "REMEDIES", "family"]

_FAMILIES: Final[tuple[tuple[str, str], ...]] = (
    (r"wattstone:noFacts", "no_facts"),
    (r"calc11e:.*|xbrl\.5\.2\.5\.2:.*", "sums"),
    (r"arelle:duplicateFacts.*", "duplicates"),
    (r"xbrldie:.*|xbrldte:.*", "dimensions"),
    (r"utre:.*|xbrl\.4\.8.*|.*[uU]nit.*", "unit"),
    (r".*decimals.*|.*[pP]recision.*", "decimals"),
    (r".*contextRef.*|.*[cC]ontext.*", "context"),
    (r"FileNotLoadable|IOerror|webCache:.*|.*schemaImportMissing|xbrl\.3\.5.*|arelle:.*[dD]iscovery.*|.*offline.*",
     "missing"),
    (r".*missingReferences|xbrl:schemaImportMissing|.*undefinedFact.*", "concept"),
    (r".*transform.*|xmlSchema:valueError", "value"),
    (r"rpe:.*|tpe:.*", "package"),
)  # fmt: skip


def family(code: str) -> str:
    """Which kind of mistake a code of Arelle is.

    Examples
    --------
    >>> family("ix11.10.1.1:transformValueError"), family("xbrl.4.6.5:decimals"), family("lxml.SCHEMAV_ELEMENT")
    ('value', 'decimals', 'schema')
    """
    return next((name for pattern, name in _FAMILIES if re.fullmatch(pattern, code)), "schema")


EXPECTED: Final[dict[str, str]] = {
    "no_facts": mark("a report with facts"),
    "sums": mark("totals that are the sums of their parts, within rounding"),
    "duplicates": mark("one value for a concept, a period and a subject"),
    "dimensions": mark("a context with the axes that the concept has, and no others"),
    "unit": mark("a unit of the registry that suits the concept's type"),
    "decimals": mark("decimals that are a whole number, or INF"),
    "context": mark("a context for every fact"),
    "missing": mark("every file that the report refers to in the report, in a package or among the standard files"),
    "concept": mark("concepts that the taxonomies of the report declare"),
    "value": mark("a value of the concept's type, in the form that its format says"),
    "package": mark("a report package as its specification says"),
    "schema": mark("a document that is valid by XBRL and its schemas"),
}
REMEDIES: Final[dict[str, str]] = {
    "no_facts": mark("see whether the file is an inline XBRL document, and build it again"),
    "sums": mark("find the part that is missing or was changed, record the figures again, and build again"),
    "duplicates": mark("find which value is right: a number was changed by hand, or two editions are mixed"),
    "dimensions": mark("build the report again; in a mapping, give the axes and members that the concept asks"),
    "unit": mark("build the report again; in a mapping, choose a concept whose type suits the number"),
    "decimals": mark("build the report again instead of changing it by hand"),
    "context": mark("build the report again instead of changing it by hand"),
    "missing": mark("give the taxonomy package of its publisher by --packages; nothing is fetched"),
    "concept": mark("see whether the name is right, and give the package that declares it by --packages"),
    "value": mark("build the report again instead of changing it by hand"),
    "package": mark("build the package again instead of packing it by hand"),
    "schema": mark("build the report again; if it comes from elsewhere, ask who made it"),
}
