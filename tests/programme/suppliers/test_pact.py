"""Footprints of PACT version 3: signs, names, sums and bases; documents are made here, none is of the specification."""

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import InputRefused, NotComputable
from wattstone.programme.fleet.samples import entries
from wattstone.programme.kinds import record_kind
from wattstone.programme.suppliers.checks import wrong
from wattstone.programme.suppliers.files import exported, read, row_of, sheets
from wattstone.programme.suppliers.pact.basis import basis_of, per
from wattstone.programme.suppliers.pact.check import check, footprints_of
from wattstone.programme.suppliers.pact.identity import identities
from wattstone.programme.suppliers.pact.numbers import decimal_of, plain

PCF: dict[str, Any] = {
    "declaredUnitOfMeasurement": "piece", "declaredUnitAmount": "4", "productMassPerDeclaredUnit": "2.50",
    "referencePeriodStart": "2024-01-01T00:00:00Z", "referencePeriodEnd": "2025-01-01T00:00:00Z",
    "pcfExcludingBiogenicUptake": "12.00", "pcfIncludingBiogenicUptake": "11.00", "biogenicCO2Uptake": "-1.00",
    "fossilGhgEmissions": "11.50", "landUseChangeGhgEmissions": "0.50", "biogenicNonCO2Emissions": "0.75",
    "fossilCarbonContent": "0", "ipccCharacterizationFactors": ["AR6"], "crossSectoralStandards": ["ISO14067"],
    "exemptedEmissionsPercent": "1.5", "primaryDataShare": "60.0", "geographyCountry": "CN",
    "dqi": {"technologicalDQR": "1.5", "geographicalDQR": "2", "temporalDQR": "3"},
}  # fmt: skip
FOOTPRINT: dict[str, Any] = {
    "id": "6b1e5f0c-1d1a-4f0e-9a57-0d5a3c9be001", "specVersion": "3.0.0", "created": "2025-02-01T08:00:00Z",
    "status": "Active", "companyName": "Wheels (made up)", "companyIds": ["urn:example:company:1"],
    "productDescription": "made up for a test", "productIds": ["urn:example:product:7"],
    "productNameCompany": "Wheel 17", "pcf": PCF,
}  # fmt: skip


def changed(field: str, value: object = None, *, drop: bool = False) -> dict[str, Any]:
    """The footprint with one property changed; `pcf.dqi.x` leads into it."""
    made = copy.deepcopy(FOOTPRINT)
    *path, last = field.split(".")
    inner = made
    for one in path:
        inner = inner[one]
    if drop:
        del inner[last]
    else:
        inner[last] = value
    return made


def codes(footprint: dict[str, Any], **more: Any) -> set[str]:
    return {one.code.removeprefix("supplier.pact.") for one in check(footprint, **more)}


def test_a_sound_footprint_has_no_findings() -> None:
    assert check(FOOTPRINT) == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("pcf.biogenicCO2Uptake", "5.0", "sign"),
        ("pcf.biogenicCO2Uptake", "-2x", "decimal"),
        ("pcf.landManagementBiogenicCO2Removals", "0.1", "sign"),
        ("pcf.declaredUnitAmount", "1abc", "decimal"),
        ("pcf.declaredUnitAmount", "0", "sign"),
        ("pcf.declaredUnitAmount", 4, "decimal"),
        ("pcf.pcfExcludingBiogenicUptake", 12.0, "decimal"),
        ("pcf.pcfExcludingBiogenicUptake", "1e3", "decimal"),
        ("pcf.pcfExcludingBiogenicUptake", "12,0", "decimal"),
        ("pcf.fossilGhgEmissions", "-1", "sign"),
        ("pcf.primaryDataShare", "101", "sign"),
        ("pcf.exemptedEmissionsPercent", "-1", "sign"),
        ("pcf.dqi.temporalDQR", "5.1", "sign"),
        ("pcf.dqi.temporalDQR", "0.9", "sign"),
        ("pcf.declaredUnitOfMeasurement", "kg", "value"),
        ("pcf.ipccCharacterizationFactors", ["AR5", "AR6"], "gwp_sets"),
        ("pcf.ipccCharacterizationFactors", ["6"], "value"),
        ("pcf.ipccCharacterizationFactors", "AR6", "value"),
        ("pcf.crossSectoralStandards", ["ISO 9001"], "value"),
        ("pcf.geographyCountrySubdivision", "CN-GD", "geography"),
        ("pcf.geographyCountry", "China", "value"),
        ("pcf.referencePeriodEnd", "2023-01-01T00:00:00Z", "period"),
        ("pcf.referencePeriodEnd", "2025-01-01", "value"),
        ("pcf.pCfExcludingBiogenic", "12", "former_name"),
        ("productCategoryCpc", "3342", "former_name"),
        ("specVersion", "2.3.0", "value"),
        ("id", "7", "value"),
        ("status", "active", "value"),
        ("companyIds", ["urn:a:b", "urn:a:b"], "value"),
        ("companyName", "", "missing"),
    ],
)
def test_what_is_wrong_is_found(field: str, value: object, code: str) -> None:
    assert code in codes(changed(field, value))
    assert any(one.severity == "error" for one in check(changed(field, value)))


def test_every_required_property_is_missed_and_an_old_name_tells_the_new_one() -> None:
    for field in ("id", "pcf", "productIds", "pcf.fossilCarbonContent", "pcf.declaredUnitAmount"):
        assert codes(changed(field, drop=True)) == {"missing"}
    old = changed("pcf.declaredUnitOfMeasurement", drop=True)
    old["pcf"]["declaredUnit"] = "kilogram"
    told = check(old)
    assert [one.code for one in told] == ["supplier.pact.former_name"]
    assert "pcf.declaredUnitOfMeasurement" in told[0].text()


def test_all_findings_come_at_once() -> None:
    made = changed("pcf.biogenicCO2Uptake", "5.0")
    made["pcf"]["declaredUnitAmount"] = "1abc"
    del made["status"]
    assert {"sign", "decimal", "missing"} <= codes(made)


def test_which_sum_of_parts_holds_is_told_and_can_be_asked_for() -> None:
    """11.50 + 0.50 = 12.00 without, 12.75 with biogenic CH4 and N2O."""
    held = {one.name: (one.holds, one.gap) for one in identities(PCF)}
    assert held == {
        "without_biogenic_non_co2": (True, Decimal("0.00")),
        "with_biogenic_non_co2": (False, Decimal("-0.75")),
    }
    assert codes(FOOTPRINT, identity="with_biogenic_non_co2") == {"identity"}
    assert codes(changed("pcf.pcfExcludingBiogenicUptake", "20")) == {"identity", "uptake"}
    assert codes(changed("pcf.pcfExcludingBiogenicUptake", "20"), identity="none") == {"uptake"}


def test_a_kilogram_weighs_a_kilogram() -> None:
    made = changed("pcf.declaredUnitOfMeasurement", "kilogram")
    assert codes(made) == {"mass"}


def test_per_declared_unit_is_neither_per_kg_nor_the_product() -> None:
    """12 kg for one piece of 2.5 kg: 4.8 kg/kg, 4,800 kg/t, 48 kg for the four pieces of the product."""
    one = basis_of(PCF)
    assert (per(one, "piece"), per(one, "kg"), per(one, "t"), one.of_product()) == (
        Decimal("12.00"), Decimal("4.8"), Decimal(4800), Decimal(48),
    )  # fmt: skip
    with pytest.raises(NotComputable):
        per(one, "kWh")
    power = basis_of({**PCF, "declaredUnitOfMeasurement": "kilowatt hour", "productMassPerDeclaredUnit": "0"})
    assert per(power, "MWh") == Decimal(12000)
    with pytest.raises(NotComputable, match="no mass"):
        per(power, "kg")


def test_an_identity_that_is_asked_for_refuses_and_a_total_that_is_another_number_too() -> None:
    """500 against parts of 12 is refused, 20 against 12 a warning; 12.75 with biogenic gases is not 12."""

    def severity(footprint: dict[str, Any], **more: Any) -> list[str]:
        return [one.severity for one in check(footprint, **more) if one.code.endswith("identity")]

    assert severity(FOOTPRINT, identity="with_biogenic_non_co2") == ["error"]
    assert severity(FOOTPRINT, identity="without_biogenic_non_co2") == []
    assert severity(changed("pcf.pcfExcludingBiogenicUptake", "20")) == ["warning"]
    far = changed("pcf.pcfExcludingBiogenicUptake", "500")
    assert severity(far) == ["error"]
    assert severity(far, identity="none") == []
    far["pcf"]["landCarbonLeakage"] = None
    assert severity(far) == ["error"]
    far["pcf"]["technologicalCO2Removals"] = "-3"
    assert severity(far) == ["warning"]


def test_an_export_with_an_identity_that_does_not_hold_is_refused() -> None:
    row = {**row_of(FOOTPRINT, direction="out"), "period_start": None, "period_end": None}
    frame = entries("product_footprint", row)
    assert exported(frame, identity="without_biogenic_non_co2") == {"data": [FOOTPRINT]}
    with pytest.raises(InputRefused, match="sum of the parts"):
        exported(frame, identity="with_biogenic_non_co2")


def test_uptake_takes_off_and_adds_nothing() -> None:
    """999 with uptake against 12 without is refused, uptake stated or not; 3 with 12 and no uptake is told."""

    def severity(footprint: dict[str, Any]) -> list[str]:
        return [one.severity for one in check(footprint) if one.code.endswith("uptake")]

    above = changed("pcf.pcfIncludingBiogenicUptake", "999")
    assert severity(above) == ["error"]
    for missing in ({"drop": True}, {"value": None}):
        bare = changed("pcf.biogenicCO2Uptake", **missing)
        assert severity(bare) == ["warning"]
        bare["pcf"]["pcfIncludingBiogenicUptake"] = "999"
        assert severity(bare) == ["error"]
        bare["pcf"]["pcfIncludingBiogenicUptake"] = "12.00"
        assert severity(bare) == []


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_decimal_comes_back_as_it_was(value: Decimal) -> None:
    assert decimal_of(plain(value)) == value


def test_footprints_go_in_and_out_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text(json.dumps({"data": [FOOTPRINT]}), encoding="utf-8")
    table = sheets(record_kind("product_footprint"), file)
    assert table is not None
    assert table[0].rows["value"].to_list() == ["12.00"]
    frame = entries(
        "product_footprint", {**row_of(FOOTPRINT, direction="out"), "period_start": None, "period_end": None}
    )
    assert wrong({"product_footprint": frame}) == []
    assert exported(frame) == {"data": [FOOTPRINT]}
    assert sheets(record_kind("bom_link"), file) is None
    with pytest.raises(InputRefused):
        exported(frame, ["7"])


def test_a_field_that_says_other_than_the_footprint_is_found() -> None:
    row = {**row_of(FOOTPRINT), "value": "1.00", "period_start": None, "period_end": None}
    found = wrong({"product_footprint": entries("product_footprint", row)})
    assert [one.code for one in found] == ["supplier.field_differs"]


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "[" * 100_000, "3"])
def test_a_file_without_footprints_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "in.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused):
        read(file)


def test_a_wrong_file_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text(json.dumps([FOOTPRINT, changed("pcf.biogenicCO2Uptake", "5.0")]), encoding="utf-8")
    with pytest.raises(InputRefused, match=r"0 or less"):
        sheets(record_kind("product_footprint"), file)
    assert footprints_of(FOOTPRINT) == [FOOTPRINT]
