"""Contracts and certificates said, imported and withdrawn, on a workspace of its own."""

from pathlib import Path

import pytest

from wattstone.base import InputRefused
from wattstone.interfaces.store.workspace import create_workspace, open_workspace
from wattstone.portfolio import Meter, Site
from wattstone.workflows.access import POLICY, Forbidden, Principal, Role, Scope
from wattstone.workflows.access.guard import guarded
from wattstone.workflows.instruments.declare import add_instrument, withdraw_instrument
from wattstone.workflows.instruments.importing import import_instruments, instrument_template

WIND = {
    "kind": "GO", "market": "NO", "technology": "wind", "vintage_start": "2023-01-01", "vintage_end": "2023-12-31",
    "volume": "100 MWh", "factor": "0", "factor_source": "register", "tracking_system": "NECS",
    "serials": "NO-100..NO-199", "retired_on": "2024-01-31", "retired_for": "Acme",
}  # fmt: skip


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path / "w")
    held = open_workspace(tmp_path / "w")
    held.records.declare(
        [Site(id="OSLO", country="NO"), Site(id="YORK", country="GB")],
        [Meter(id="pv", site_id="OSLO", kind="solar", unit="kWh")],
    )
    yield held
    held.close()


def codes(refused):
    return sorted(one.code for one in refused.value.findings)


def test_a_certificate_is_said_corrected_and_withdrawn(workspace):
    assert add_instrument(workspace, "go", WIND, who="Li") == []
    add_instrument(workspace, "go", {"volume": "60 MWh", "sites": "OSLO"}, who="Li")
    withdraw_instrument(workspace, "go", reason="sold on", who="Li")

    (held,) = workspace.records.instruments()
    assert (held.instrument.volume, held.instrument.sites, held.instrument.scheme) == (60_000.0, ("OSLO",), "GO")
    assert (held.withdrawn, held.entered_by) == ("sold on", "Li")
    assert [line.what for line in workspace.records.audit(last=3)] == ["withdraw contract", "contract", "contract"]
    with pytest.raises(InputRefused, match="no such contract"):
        withdraw_instrument(workspace, "go", reason="again")


def test_all_that_is_wrong_is_told_at_once(workspace):
    with pytest.raises(InputRefused) as refused:
        add_instrument(workspace, "go", {**WIND, "volume": "200 parsecs", "vintage_end": "soon", "exclusive": "maybe"})

    assert codes(refused) == ["contract.unreadable"] * 3
    assert workspace.records.instruments() == ()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"volume": "101 MWh"}, "contract.over_volume"),  # 100 certificates of 1 MWh
        ({"sites": "YORK"}, "contract.market"),
        ({"sites": "LOST"}, "contract.site_unknown"),
        ({"market": "XX+YY"}, "contract.market_unknown"),
        ({"serials": "none"}, "contract.serial"),
        ({"generation_meter": "lost"}, "contract.meter_unknown"),
        ({"retired_on": "2199-01-01"}, "contract.future"),
        ({"volume": ""}, "declare.invalid"),
    ],
)
def test_what_cannot_be_is_refused(workspace, said, code):
    with pytest.raises(InputRefused) as refused:
        add_instrument(workspace, "go", {**WIND, **said})

    assert codes(refused) == [code]
    assert workspace.records.instruments() == ()


@pytest.mark.parametrize(
    ("said", "field", "told"),
    [
        ({"volume": ""}, "volume", "nothing is said of it"),
        ({"vintage_end": "2022-12-31"}, "vintage_end", "it ends on 2022-12-31, before it begins on 2023-01-01"),
        ({"factor": "-1"}, "factor", "-1.0"),
    ],
)
def test_a_rule_of_the_whole_is_told_at_its_field(workspace, said, field, told):
    with pytest.raises(InputRefused, match=told) as refused:
        add_instrument(workspace, "go", {**WIND, **said})

    assert [one.params["field"] for one in refused.value.findings] == [field]


def test_the_same_certificates_are_not_taken_twice(workspace):
    add_instrument(workspace, "one", WIND)

    with pytest.raises(InputRefused, match=r"50 certificates of it, from NO-150 to NO-199, stand in 'one' too"):
        add_instrument(workspace, "two", {**WIND, "serials": "NO-150..NO-249"})
    withdraw_instrument(workspace, "one", reason="a mistake")
    assert add_instrument(workspace, "two", {**WIND, "serials": "NO-150..NO-249"}) == []


def test_green_power_is_china_s_and_elsewhere_a_contract_of_which_the_document_serves(workspace, tmp_path):
    """In China certificates are issued with the trade, so that a tracking system is named; elsewhere by contract."""
    paper = tmp_path / "contract.pdf"
    paper.write_bytes(b"%PDF-1.4")
    said = {"kind": "green_power", "serials": "", "retired_on": "", "retired_for": "", "tracking_system": "",
            "scheme": "", "exclusive": "yes"}  # fmt: skip

    bare = add_instrument(workspace, "green", {**WIND, **said})
    told = add_instrument(workspace, "green", {**WIND, **said}, document=paper)

    assert [one.code for one in bare] == ["contract.green_power", "contract.criterion"]
    assert "--retired-for, --document of `wattstone contract add`" in bare[1].text()
    assert [one.code for one in told] == ["contract.green_power"]
    assert "a trade of mainland China, and this is of" in told[0].text()


def test_serials_keep_the_zeros_that_they_begin_with(workspace):
    add_instrument(workspace, "one", {**WIND, "serials": "G-000100..G-000199"})

    with pytest.raises(InputRefused, match=r"50 certificates of it, from G-000150 to G-000199, stand in 'one' too"):
        add_instrument(workspace, "two", {**WIND, "serials": "G-000150..G-000249"})
    with pytest.raises(InputRefused, match=r"1 certificate of it, from G-000199 to G-000199, stands in 'one' too"):
        add_instrument(workspace, "two", {**WIND, "serials": "G-000199..G-000298"})


def test_what_is_not_met_yet_is_a_warning(workspace):
    warned = add_instrument(workspace, "go", {**WIND, "retired_on": "", "retired_for": ""})

    assert [(one.severity, one.params["number"]) for one in warned] == [("warning", 3)]
    assert "it is not retired" in warned[0].text()


def test_the_template_is_a_table_that_is_taken(workspace, tmp_path):
    path = tmp_path / "contracts.csv"
    path.write_text(instrument_template(), encoding="utf-8")

    done = import_instruments(workspace, path, who="Li")

    assert (done.new, done.changed, done.same) == (("GO-2023-01",), (), ())
    assert import_instruments(workspace, path).same == ("GO-2023-01",)
    (held,) = workspace.records.instruments()
    assert (held.instrument.volume, held.instrument.factor) == (500_000.0, 0.0)


def test_a_chinese_table_with_units_in_its_headers(workspace, tmp_path):
    workspace.records.declare([Site(id="SZ", country="CN")], [])
    path = tmp_path / "绿证.csv"
    path.write_text(
        "编号,类型,市场,发电开始,发电结束,电量 (MWh),因子,因子来源,追踪系统,序列号,核销日期,受益方\n"
        "绿证一,绿证,CN,2024-03-01,2024-03-31,12,0,国家绿证核发交易系统,国家绿证核发交易系统,A-1..A-12,2025-01-10,我司\n",
        encoding="utf-8",
    )

    assert import_instruments(workspace, path).findings == ()
    (held,) = workspace.records.instruments()
    assert (held.instrument.kind, held.instrument.volume) == ("green_certificate", 12_000.0)


def test_a_bad_table_changes_nothing_and_names_every_cell(workspace, tmp_path):
    path = tmp_path / "contracts.csv"
    lines = instrument_template().splitlines()
    second = lines[1].replace("GO-2023-01", "GO-2").replace("2024-01-31", "31/1/24").replace("500 MWh", "900 MWh")
    path.write_text("\n".join([*lines, second, lines[1]]) + "\n", encoding="utf-8")

    with pytest.raises(InputRefused) as refused:
        import_instruments(workspace, path)

    places = [one.place for one in refused.value.findings]
    assert "contracts.csv, row 3, column 'retired_on'" in places
    assert "contracts.csv, row 4, column 'id'" in places
    assert workspace.records.instruments() == ()


def test_who_may(workspace):
    def someone(role, *sites):
        scope = Scope(frozenset(sites)) if sites else Scope()
        return guarded(workspace, Principal(
            id="1", name="Ada", kind="person", tenant="w", role=role, scope=scope, acts=POLICY[role]))  # fmt: skip

    add_instrument(workspace, "all", WIND)
    add_instrument(workspace, "oslo", {**WIND, "serials": "NO-300..NO-399", "sites": "OSLO"})

    for refused in (someone(Role.VIEWER), someone(Role.ANALYST, "OSLO")):
        with pytest.raises(Forbidden):
            add_instrument(refused, "mine", {**WIND, "serials": "NO-500..NO-599"})
        with pytest.raises(Forbidden):
            withdraw_instrument(refused, "oslo", reason="mine")
        with pytest.raises(Forbidden):
            refused.records.put_instruments(workspace.records.instruments())
    assert [one.instrument.id for one in someone(Role.VIEWER, "OSLO").records.instruments()] == ["oslo"]
    assert someone(Role.VIEWER, "YORK").records.instruments() == ()
    assert len(someone(Role.VIEWER).records.instruments()) == 2
    add_instrument(someone(Role.ANALYST), "mine", {**WIND, "serials": "NO-500..NO-599"})


def test_a_document_is_kept_by_its_content(workspace, tmp_path):
    file = tmp_path / "statement.pdf"
    file.write_bytes(b"%PDF-1.7 retired")

    add_instrument(workspace, "go", WIND, document=file)

    (held,) = workspace.records.instruments()
    (document,) = workspace.records.documents()
    assert document.subject == held.instrument.document
    assert workspace.records.document_content(document.id) == b"%PDF-1.7 retired"
    with pytest.raises(InputRefused, match=r"cannot be read"):
        add_instrument(workspace, "go", WIND, document=Path(tmp_path / "lost.pdf"))
