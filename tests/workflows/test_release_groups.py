"""Findings of one cause pass together: those of a check, or those on a figure and its intensities."""

from wattstone.base import Finding
from wattstone.inventory.checks import Checked, Severity
from wattstone.workflows.release_groups import chosen, groups_of

FINDING = Finding(code="check.jump", place="a", found="b", expected="c", remedy="d")


def asked(key: str, severity: Severity = "asks") -> Checked:
    return Checked(check=key.partition(":")[0], severity=severity, key=key, finding=FINDING)


FOUND = (
    asked("jump:scope2.market@organisation"),
    asked("jump:scope2.market@site:A"),
    asked("intensity_jump:intensity.scope2.market@site:A"),
    asked("intensity_jump:intensity.scope2.market.per_revenue@organisation"),
    asked("jump:scope3@organisation"),
    asked("jump:scope3.1@organisation"),
    asked("jump:scope2.market@site:B", "tells"),
    asked("sums:scope2.market@organisation@2024", "stops"),
    asked("months:electricity@site:A"),
)


def test_a_figure_names_its_jumps_and_those_of_its_intensities() -> None:
    assert [one.key for one in chosen(FOUND, "scope2.market")] == [one.key for one in FOUND[:4]]
    assert [one.key for one in chosen(FOUND, "scope3")] == ["jump:scope3@organisation"]  # and not its categories
    assert chosen(FOUND, "electricity") == chosen(FOUND, "scope2") == ()


def test_a_check_names_what_it_found_and_a_key_one_finding() -> None:
    assert len(chosen(FOUND, "jump")) == 4
    assert [one.key for one in chosen(FOUND, "sums:scope2.market@organisation@2024")] == [FOUND[7].key]
    assert chosen(FOUND, "sums") == ()  # what stops is in no group


def test_groups_are_of_two_or_more() -> None:
    assert [(one.word, one.figure, len(one.keys)) for one in groups_of(FOUND)] == [
        ("scope2.market", True, 4), ("jump", False, 4), ("intensity_jump", False, 2),
    ]  # fmt: skip
