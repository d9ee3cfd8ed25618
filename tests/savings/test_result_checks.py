"""Every published limit has a source, says how well it is known, and is applied to the case it is meant for."""

from math import nan

import pytest

from wattstone.savings.result_checks import checks_of, thresholds


def ids(**case):
    return {check.id for check in checks_of({}, **{"step": "day", "months": 12, "option": "C", **case})}


def passed(name, value, **case):
    case = {"step": "day", "months": 12, "option": "C", **case}
    return {check.id: check.passed for check in checks_of({name: value}, **case) if check.statistic == name}


def test_every_limit_has_a_source_and_a_certainty():
    assert len({row["id"] for row in thresholds()}) == len(thresholds())
    for row in thresholds():
        assert row["source"]
        assert row["certainty"] in ("read", "secondary", "unconfirmed")
        assert ("not confirmed" in row["source"]) == (row["certainty"] == "unconfirmed")


def test_limits_are_for_their_case():
    assert "g14-calibrated-hourly-nmbe" in ids(step="hour", option="D")
    assert "g14-calibrated-hourly-nmbe" not in ids(step="hour", option="C")
    assert "g14-calibrated-monthly-nmbe" not in ids(step="hour", option="D")
    for months, name in ((11, "short"), (12, "middle"), (59, "middle"), (60, "long")):
        found = {one for one in ids(months=months) if one.startswith("g14-prescriptive-cvrmse")}
        assert found == {f"g14-prescriptive-cvrmse-{name}"}


@pytest.mark.parametrize(("value", "good"), [(0.2499, True), (0.25, False), (nan, None)])
def test_less_than_is_not_at_most(value, good):
    assert passed("cv_rmse", value)["nmec-cvrmse"] is good


def test_a_bias_counts_by_its_size():
    assert passed("nmbe", -0.004)["nmec-nmbe"] is True
    assert passed("nmbe", -0.006)["nmec-nmbe"] is False
    assert passed("nmbe", -0.1, step="hour", option="D")["g14-calibrated-hourly-nmbe"] is True


def test_what_is_not_known_is_neither_passed_nor_failed():
    assert {check.passed for check in checks_of({"r2": None}, step="day", months=12, option="C")} == {None}
