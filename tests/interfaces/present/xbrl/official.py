"""A small taxonomy package of somebody else, made for tests: a number, a text, and an axis."""

import io
import zipfile

ENTRY = "https://taxonomy.example/2025/entry.xsd"
NAMESPACE = "https://taxonomy.example/2025"

_SCHEMA = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xbrli="http://www.xbrl.org/2003/instance"
 xmlns:dtr="http://www.xbrl.org/dtr/type/2024-01-31" xmlns:xbrldt="http://xbrl.org/2005/xbrldt"
 xmlns:off="{NAMESPACE}" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
 <xs:import namespace="http://www.xbrl.org/2003/instance"
  schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>
 <xs:import namespace="http://xbrl.org/2005/xbrldt" schemaLocation="http://www.xbrl.org/2005/xbrldt-2005.xsd"/>
 <xs:import namespace="http://www.xbrl.org/dtr/type/2024-01-31"
  schemaLocation="https://www.xbrl.org/dtr/type/2024-01-31/types.xsd"/>
 <xs:element name="DirectEmissions" id="off_DirectEmissions" type="dtr:ghgEmissionsItemType"
  substitutionGroup="xbrli:item" nillable="true" xbrli:periodType="duration"/>
 <xs:element name="BoardText" id="off_BoardText" type="dtr:textBlockItemType"
  substitutionGroup="xbrli:item" nillable="true" xbrli:periodType="duration"/>
 <xs:element name="GroupAxis" id="off_GroupAxis" type="xbrli:stringItemType" abstract="true"
  substitutionGroup="xbrldt:dimensionItem" nillable="true" xbrli:periodType="duration"/>
 <xs:element name="ParentMember" id="off_ParentMember" type="xbrli:stringItemType" abstract="true"
  substitutionGroup="xbrli:item" nillable="true" xbrli:periodType="duration"/>
</xs:schema>
"""
_CATALOG = """<?xml version="1.0" encoding="UTF-8"?>
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
 <rewriteURI uriStartString="https://taxonomy.example/2025/" rewritePrefix="../files/"/>
</catalog>
"""
_PACKAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<tp:taxonomyPackage xmlns:tp="http://xbrl.org/2016/taxonomy-package" xml:lang="en">
 <tp:identifier>{ENTRY}</tp:identifier><tp:name>An official taxonomy</tp:name><tp:version>2025</tp:version>
 <tp:entryPoints><tp:entryPoint><tp:name>All</tp:name><tp:entryPointDocument href="{ENTRY}"/></tp:entryPoint>
 </tp:entryPoints>
</tp:taxonomyPackage>
"""

MAPPING = f"""
[taxonomy]
entry = "{ENTRY}"

[namespaces]
off = "{NAMESPACE}"

[[map]]
concept = "Scope1Emissions"
official = "off:DirectEmissions"
dimensions = {{ "off:GroupAxis" = "off:ParentMember" }}

[[map]]
concept = "GovernanceBoardTextBlock"
official = "off:BoardText"
"""


def schema() -> bytes:
    """Its entry point."""
    return _SCHEMA.encode()


def package() -> bytes:
    """The zip that a publisher would issue."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as held:
        held.writestr("official/META-INF/taxonomyPackage.xml", _PACKAGE)
        held.writestr("official/META-INF/catalog.xml", _CATALOG)
        held.writestr("official/files/entry.xsd", _SCHEMA)
    return out.getvalue()
