"""Filing rules: each fault that Arelle lets pass is planted in a report, and found where it is.

The rules are those of the ESEF Reporting Manual (2.1.1, 2.1.2, 2.4.1, 2.5.1 to 2.5.4) and of the Global Filing Manual.
Arelle looks once at a document with all faults; each rule is tried by itself on rows made by hand.
"""

import re

import pytest

from tests.disclosure.made import made_statement
from wattstone.interfaces.present.languages import say_finding
from wattstone.interfaces.present.xbrl.check import validate
from wattstone.interfaces.present.xbrl.filing import filing_rules
from wattstone.interfaces.present.xbrl.instance import packed, to_ixbrl

LEI = "http://standards.iso.org/iso/17442"


def context(ident, **changed):
    return {"id": ident, "file": "a.xhtml", "line": 7, "scheme": "urn:x", "identifier": "A", "members": [],
            "dates": ["2025-01-01", f"2025-12-{len(ident):02}"]} | changed  # fmt: skip


def found_in(contexts, **held):
    uses = {one["id"]: 2 for one in contexts}
    stands = {"contexts": contexts, "units": [], "uses": uses, "measured": [], "odd": []} | held
    return [(one.code, one.severity, one.place) for one in filing_rules(stands, "a.xbri")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"identifier": "Somebody else"}, "xbrl.entity"),
        ({"scheme": "http://other"}, "xbrl.entity"),
        ({"dates": ["2025-01-01T00:00:00", "2025-12-31"]}, "xbrl.moment"),
        ({"dates": ["2025-12-31Z"]}, "xbrl.moment"),
    ],
)
def test_a_wrong_context_is_named(changed, code):
    contexts = [context("c"), context("cc"), context("ccc", **changed), context("cccc")]

    assert found_in(contexts) == [(code, "error", "a.xhtml, line 7, context 'ccc'")]


def test_the_entity_of_most_facts_is_that_of_the_report():
    """Not that of most contexts, nor of the first: one of a hundred facts against two of a fact each."""
    contexts = [context("c", identifier="B"), context("cc", identifier="B"), context("ccc")]

    found = found_in(contexts, uses={"c": 1, "cc": 1, "ccc": 100})

    assert [place for _, _, place in found] == ["a.xhtml, line 7, context 'c'", "a.xhtml, line 7, context 'cc'"]


@pytest.mark.parametrize(("identifier", "wrong"), [("529900T8BM49AURSDO55", 0), ("529900T8BM49AURSDO56", 1)])
def test_a_legal_entity_identifier_has_its_check_digits_and_is_told_once(identifier, wrong):
    """The first is that of the foundation that issues them (GLEIF); 7064 MOD 97-10 allows no other last digit."""
    contexts = [context(one, identifier=identifier, scheme=LEI) for one in ("c", "cc")]

    assert [code for code, *_ in found_in(contexts)] == ["xbrl.lei"] * wrong


def test_what_is_double_or_idle_is_advice():
    twin = context("c2", dates=context("c")["dates"])
    found = found_in([context("c"), twin, context("idle")], uses={"c": 1, "c2": 1},
                     units=[{"id": "u", "file": "", "line": None}])  # fmt: skip

    assert found == [
        ("xbrl.context_twice", "warning", "a.xhtml, line 7, context 'c2'"),
        ("xbrl.context_idle", "warning", "a.xhtml, line 7, context 'idle'"),
        ("xbrl.unit_idle", "warning", "a.xbri, unit 'u'"),
    ]


def _planted(text):
    """A fault of each kind, in contexts and facts of their own."""
    held = [one[0] for one in re.finditer(r"<xbrli:context id=.*?</xbrli:context>", text)]
    text = text.replace(held[2], re.sub(r'scheme="[^"]*"', 'scheme="http://other"', held[2]))
    text = text.replace(held[3], re.sub(r">[^<>]*</xbrli:identifier", ">Somebody else</xbrli:identifier", held[3]))
    text = text.replace(held[4], held[4].replace("</xbrli:endDate", "Z</xbrli:endDate"))
    twin = re.sub(r'id="[^"]*"', 'id="twin"', held[5])
    unit, idle = '<xbrli:unit id="idle"><xbrli:measure>utr:kg</xbrli:measure></xbrli:unit>', "</ix:resources>"
    text = text.replace(idle, twin + unit + idle)
    hidden = [one[0] for one in re.finditer(r"<ix:nonFraction [^>]*>[^<]*</ix:nonFraction>", text)][:2]
    first, second = (re.sub(r' id="[^"]*"', "", one) for one in hidden)
    text = text.replace("<ix:references>", f"<ix:hidden>{first}</ix:hidden><ix:references>")
    third = re.search(r'<ix:nonNumeric id="fact-2"', text)[0]
    text = text.replace(third, f'{third} target="other"')
    shown = f'<p style="Display: none">{second}</p><script type="text/javascript">1</script></body>'
    return text.replace("</body>", shown).replace(' xml:lang="en"', "", 1)


def test_planted_faults_that_arelle_lets_pass_are_found(tmp_path):
    files = to_ixbrl(made_statement(), "en")
    name = next(one for one in files if one.endswith(".xhtml"))
    (tmp_path / "report.xbri").write_bytes(packed(files | {name: _planted(files[name].decode()).encode()}))

    found = validate(tmp_path / "report.xbri")

    told = {(one.code, re.sub(r".*, line \d+(, )?", "", one.place)) for one in found}
    assert told >= {
        ("xbrl.entity", "context 'c3'"), ("xbrl.entity", "context 'c4'"), ("xbrl.moment", "context 'c5'"),
        ("xbrl.context_twice", "context 'twin'"), ("xbrl.context_idle", "context 'twin'"),
        ("xbrl.unit_idle", "unit 'idle'"), ("xbrl.script", ""), ("xbrl.hidden", ""),
        ("xbrl.language", ""), ("xbrl.target", ""),
    }  # fmt: skip
    assert sum(one.code == "xbrl.hidden" for one in found) == 2
    assert sum(one.code == "xbrl.entity" for one in found) == 2
    other = next(one for one in found if one.code == "xbrl.entity")
    assert "http://other" in other.text()
    assert re.search(r"\.xhtml，第 \d+ 行，上下文“c[34]”", say_finding(other, "zh")["place"])
    assert "另一主体" in say_finding(other, "zh")["found"]
