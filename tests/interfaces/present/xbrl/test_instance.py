"""Reports in inline XBRL: valid in both languages, the same facts in both, and Arelle finds every planted fault.

Arelle takes seconds of a processor, so each of its runs is shared: one a language, one for all faults of a document,
one for a broken taxonomy, and two for a taxonomy of somebody else.
"""

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest
from defusedxml import ElementTree

from tests.disclosure.made import FIGURES, made_edition, made_statement
from tests.interfaces.present.xbrl.official import MAPPING, NAMESPACE, package, schema
from wattstone.base import InputRefused
from wattstone.disclosure.statement import Answer
from wattstone.interfaces.present.disclosure.book import book
from wattstone.interfaces.present.disclosure.renderings import rendered
from wattstone.interfaces.present.xbrl.check import validate
from wattstone.interfaces.present.xbrl.contexts import legal_entity
from wattstone.interfaces.present.xbrl.instance import packed, to_ixbrl
from wattstone.interfaces.present.xbrl.mapping import read_mapping
from wattstone.interfaces.present.xbrl.names import NAMESPACES, schema_file

IX, XBRLI, XBRLDI = (f"{{{NAMESPACES[one]}}}" for one in ("ix", "xbrli", "xbrldi"))


@pytest.fixture(scope="module")
def made():
    return {lang: to_ixbrl(made_statement(), lang) for lang in ("en", "zh")}


def document_of(files):
    return next(held for name, held in files.items() if name.endswith(".xhtml")).decode()


def with_document(files, text):
    return {name: text.encode() if name.endswith(".xhtml") else held for name, held in files.items()}


def written(folder, files, name="report.xbri"):
    path = folder / name
    path.write_bytes(packed(files))
    return path


def facts(text):
    """Name, period, members and value of each number; its decimals."""
    root = ElementTree.fromstring(text)
    contexts = {}
    for one in root.iter(f"{XBRLI}context"):
        days = tuple(one.find(f".//{XBRLI}{end}").text for end in ("startDate", "endDate"))
        members = tuple(
            (each.get("dimension"), "".join(each.itertext()))
            for kind in ("typedMember", "explicitMember")
            for each in one.iter(f"{XBRLDI}{kind}")
        )
        contexts[one.get("id")] = (days, members)
    for one in root.iter(f"{IX}nonFraction"):
        number = Decimal("".join(one.itertext()).replace("\u00a0", "")).scaleb(int(one.get("scale")))
        value = -number if one.get("sign") == "-" else number
        yield one.get("name"), contexts[one.get("contextRef")], one.get("unitRef"), value, int(one.get("decimals"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_report_is_valid(made, lang, tmp_path):
    assert validate(written(tmp_path, made[lang])) == ()


def test_both_languages_say_the_same_facts(made):
    def said(lang):
        # the finest statement of each: a text may round otherwise in millions than in ten thousands
        finest = {}
        for name, context, unit, value, decimals in facts(document_of(made[lang])):
            held = finest.get((name, context, unit))
            finest[name, context, unit] = max(held or (decimals, value), (decimals, value))
        return finest

    assert said("en") == said("zh")
    shown = {row[-1].text for row in book(made_statement(), "en").evidence.rows}
    assert len(said("en")) == sum(one.value is not None and one.id in shown for one in FIGURES.values())
    assert len(said("en")) > 30


def test_facts_are_the_figures_in_the_units_of_the_registry(made):
    """By hand from the made figures: 1 840 000 kg is 1840 t; 25 737 000 kWh is 25 737 MWh; 8 % is 0.08."""
    found = list(facts(document_of(made["en"])))
    year = ("2025-01-01", "2025-12-31")

    def values(name, members=(), days=year):
        return {value for one, context, _, value, _ in found if (one, context) == (name, (days, members))}

    assert values("ws:Scope1Emissions") == {Decimal(1840)}
    assert values("ws:Scope1Emissions", (("ws:SubjectAxis", "site:HQ"),)) == {Decimal(640)}
    assert values("ws:Scope1Emissions", days=("2024-01-01", "2024-12-31")) == {Decimal(1920)}
    assert values("ws:Scope2EmissionsLocationBased") <= {Decimal(5017), Decimal(5020)}
    assert Decimal(25737) in values("ws:OtherEnergy", (("ws:FigureNameAxis", "energy.total"),))
    assert Decimal("0.08") in values("ws:OtherShare", (("ws:FigureNameAxis", "remuneration.share"),))
    assert {unit for _, _, unit, _, _ in found} >= {"u-tCO2e", "u-MWh", "u-pure", "u-CNY", "u-tCO2e-per-CNY"}


def test_what_has_no_value_is_no_fact_and_is_named(made):
    text = document_of(made["en"])

    assert not any("loss.flood" in str(context) for _, context, *_ in facts(text))
    assert "loss.flood@2025" in text.partition('id="facts"')[2]


def test_texts_are_blocks_and_open_topics_are_none(made):
    statement = made_statement()
    root = ElementTree.fromstring(document_of(made["zh"]))
    blocks = {one.get("name"): "".join(one.itertext()) for one in root.iter(f"{IX}nonNumeric")}

    answered = [one for one in statement.answers if one.status != "open"]
    assert sum(name.endswith("TextBlock") for name in blocks) == len(answered)
    board = statement.answer("governance.board").written["zh"].markdown
    assert re.sub(r"\W", "", board)[:12] in re.sub(r"\W", "", blocks["ws:GovernanceBoardTextBlock"])
    assert blocks["ws:ReportingYear"] == "2025"


def test_a_report_that_says_nothing_yet_is_one_all_the_same():
    statement = made_statement("esrs-e1@2023")
    answers = tuple(Answer(topic=one.topic, status="open", requirements=one.requirements)
                    for one in statement.answers)  # fmt: skip
    text = document_of(to_ixbrl(replace(statement, figures={}, answers=answers, findings=(), limits=()), "zh"))

    assert "<tbody/>" not in text  # which XHTML does not know
    assert "<ul/>" not in text
    assert not list(facts(text))
    assert text.count("<ix:nonNumeric") == 4  # who, which year, by which list, which edition


def test_a_stale_figure_says_so_in_the_note_of_its_facts(made):
    root = ElementTree.fromstring(document_of(made["en"]))
    stale = FIGURES["intensity.revenue@2025"].id
    relations = [one for one in root.iter(f"{IX}relationship") if one.get("toRefs") == f"note-{stale}"]
    pieces = {one.get("id"): one for kind in ("footnote", "continuation") for one in root.iter(f"{IX}{kind}")}

    note, said = pieces[f"note-{stale}"], ""
    while note is not None:
        said += "".join(note.itertext())
        note = pieces.get(note.get("continuedAt"))
    assert len(relations) == 1
    assert "out of date" in said
    assert said.endswith(stale)


def test_an_edition_says_so_and_a_register_names_the_entity():
    entity = legal_entity("529900t8bm49aursdo55")  # that of the foundation that issues them
    files = to_ixbrl(made_statement(edition=made_edition()), "en", entity=entity)
    root = ElementTree.fromstring(document_of(files))

    assert {one.text for one in root.iter(f"{XBRLI}identifier")} == {entity.identifier}
    assert {one.get("scheme") for one in root.iter(f"{XBRLI}identifier")} == {entity.scheme}
    assert all(name.startswith("harbour-works-tcfd-2025-1/") for name in files)


def test_the_same_statement_is_the_same_bytes(made):
    again = packed(to_ixbrl(made_statement(), "en"))

    assert again == packed(made["en"])
    with zipfile.ZipFile(io.BytesIO(again)) as held:
        assert "harbour-works-tcfd-2025/META-INF/reportPackage.json" in held.namelist()


def _planted(text):
    """One document with a fault of each kind; each is put in a place that has no other."""

    def fact(key):
        name = {"scope3.7": "Scope3Category7Emissions", "scope3.6": "Scope3Category6Emissions",
                "scope3.4": "Scope3Category4Emissions", "scope2": "Scope2EmissionsMarketBased",
                "scope1": "Scope1Emissions"}[key]  # fmt: skip
        return next(re.finditer(rf'<ix:nonFraction id="[^"]*" name="ws:{name}"[^>]*>[^<]*<', text))[0]

    value = fact("scope3.7")
    text = text.replace(value, re.sub(r">[^<]*<", ">1x150<", value), 1)
    digits = fact("scope3.6")
    text = text.replace(digits, re.sub(r'decimals="[^"]*"', 'decimals="some"', digits), 1)
    context = fact("scope3.4")
    text = text.replace(context, re.sub(r'contextRef="[^"]*"', 'contextRef="nowhere"', context), 1)
    unit = fact("scope2")
    text = text.replace(unit, re.sub(r'unitRef="[^"]*"', 'unitRef="u-MWh"', unit), 1)
    twice = fact("scope1")
    text = text.replace(twice, re.sub(r">[^<]*<", ">1\u00a0999<", twice), 1)
    unknown = re.sub(r'id="[^"]*" name="[^"]*"', 'id="x1" name="ws:NoSuchConcept"', fact("scope1"))
    # ten times scope 3, wherever it stands: it contradicts itself nowhere, but is not the sum of its categories
    text = re.sub(r'(name="ws:Scope3Emissions"[^>]*?) decimals="(-?\d+)" scale="(-?\d+)"',
                  lambda one: f'{one[1]} decimals="{int(one[2]) - 1}" scale="{int(one[3]) + 1}"', text)  # fmt: skip
    return text.replace("</body>", f"<p>{unknown}/ix:nonFraction></p></body>")


def test_planted_faults_of_a_document_are_found(made, tmp_path):
    found = validate(written(tmp_path, with_document(made["en"], _planted(document_of(made["en"])))))

    codes = {one.code for one in found}
    wanted = ("value", "decimals", "context", "unit", "concept", "duplicates", "sums")
    assert codes >= {f"xbrl.{one}" for one in wanted}
    sums = [one.params["message"] for one in found if one.code == "xbrl.sums"]
    assert any("Scope3Emissions" in one for one in sums)
    assert any(re.fullmatch(r".*\.en\.xhtml, line \d+", one.place) for one in found)


def test_a_broken_taxonomy_is_found(made, tmp_path):
    name = next(one for one in made["en"] if one.endswith(schema_file()))
    broken = made["en"][name].replace(b'type="dtr:ghgEmissionsItemType"', b'type="dtr:noSuchType"', 1)

    # As a folder, which is packed on the way.
    for place, held in (made["en"] | {name: broken}).items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(held)
    found = validate(tmp_path)

    assert found
    assert any("noSuchType" in one.params.get("message", "") for one in found)


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mapped")
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (folder / "official.zip").write_bytes(package())
    files = to_ixbrl(made_statement(), "en", official=read_mapping(folder / "mapping.toml"))
    return folder, files, written(folder, files)


def test_facts_are_tagged_by_an_official_taxonomy_too(mapped):
    folder, files, path = mapped

    assert validate(path, [folder / "official.zip"]) == ()
    found = list(facts(document_of(files)))
    own = [one[1:] for one in found if one[0] == "ws:Scope1Emissions" and not one[1][1]]
    theirs = [(days, unit, value) for name, (days, _), unit, value, _ in found if name == "off:DirectEmissions"]
    assert theirs
    assert theirs == [(days, unit, value) for (days, _), unit, value, _ in own]
    assert NAMESPACE in document_of(files)


def test_without_the_package_nothing_is_fetched(mapped, monkeypatch, tmp_path):
    """A cache that the user's own Arelle filled would have the file; it is not looked at (Arelle, issue 937)."""
    cache = tmp_path / ".config" / "arelle" / "cache" / "https" / "taxonomy.example" / "2025"
    cache.mkdir(parents=True)
    (cache / "entry.xsd").write_bytes(schema())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    found = validate(mapped[2])

    assert "xbrl.missing" in {one.code for one in found}
    assert "xbrl.outside" not in {one.code for one in found}  # nothing even tried


def test_a_mapped_fact_can_be_tagged_by_the_official_concept_alone(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING.replace("[namespaces]", "instead = true\n[namespaces]"), encoding="utf-8")

    found = {name for name, *_ in facts(document_of(to_ixbrl(made_statement(), "en", official=read_mapping(path))))}

    assert "off:DirectEmissions" in found
    assert "ws:Scope2EmissionsLocationBased" in found


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('concept = "Scope1Emissions"', 'concept = "Nothing"', "xbrl.mapping.concept"),
        ('"off:DirectEmissions"', '"other:DirectEmissions"', "xbrl.mapping.name"),
        ('"off:DirectEmissions"', '"<script>"', "xbrl.mapping.name"),
        ("off =", "ix =", "xbrl.mapping.prefix"),
        ('"GovernanceBoardTextBlock"', '"Scope1Emissions"', "xbrl.mapping.twice"),
        ('concept = "Scope1Emissions"', 'concept = "EnergyByCarrier"', "xbrl.mapping.members"),
        ("[taxonomy]", "[other]", "xbrl.mapping.unreadable"),
        ("[taxonomy]", "[taxonomy", "xbrl.mapping.unreadable"),
    ],
)
def test_a_mapping_that_cannot_hold_is_refused(old, new, code, tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING.replace(old, new), encoding="utf-8")

    with pytest.raises(InputRefused) as refused:
        read_mapping(path)

    assert code in {one.code for one in refused.value.findings}


def test_all_that_is_wrong_with_a_row_of_a_mapping_is_told_at_once(tmp_path):
    path = tmp_path / "mapping.toml"
    wrong = MAPPING.replace('concept = "Scope1Emissions"', 'concept = "Nothing"')
    path.write_text(wrong.replace('"off:DirectEmissions"', '"other:DirectEmissions"'), encoding="utf-8")

    with pytest.raises(InputRefused) as refused:
        read_mapping(path)

    assert {one.code for one in refused.value.findings} == {"xbrl.mapping.concept", "xbrl.mapping.name"}


def test_what_is_no_report_is_refused_without_arelle(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("no report", encoding="utf-8")

    for path in (tmp_path / "none.xbri", tmp_path / "empty", tmp_path / "a.txt"):
        assert [one.code for one in validate(path)] == ["xbrl.no_report"]


@pytest.mark.parametrize("code", ["", "529900T8BM49AURSDO56", "529900T8BM49AURSDO5", "529900-8BM49AURSDO55"])
def test_what_is_no_legal_entity_identifier_is_refused(code):
    with pytest.raises(InputRefused) as refused:
        legal_entity(code)

    assert [one.code for one in refused.value.findings] == ["xbrl.lei"]


def test_a_report_is_built_by_a_mapping_from_a_file(tmp_path):
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")

    name, content = rendered(made_statement(), "zh", "ixbrl", mapping=tmp_path / "mapping.toml",
                             lei="529900T8BM49AURSDO55")  # fmt: skip

    with zipfile.ZipFile(io.BytesIO(content)) as held:
        told = next(held.read(one).decode() for one in held.namelist() if one.endswith(".xhtml"))
    assert name.endswith(".zh.xbri")
    assert 'name="off:DirectEmissions"' in told
    assert ">529900T8BM49AURSDO55</xbrli:identifier>" in told
