"""What a search finds by name: measures, open findings and figures, of those that one may see."""

from tests.workflows.overview.made import YEAR, found, seen_by
from wattstone.workflows.access import Role
from wattstone.workflows.detect.table import keep_findings
from wattstone.workflows.overview.estate import estate_of
from wattstone.workflows.overview.findings import newest_findings
from wattstone.workflows.overview.moving import as_measure, move
from wattstone.workflows.overview.named import figure_called, findings_called, measures_called
from wattstone.workflows.workspace import Workspace

NAMES = {"out_of_hours": "Running out of hours", "water_leak": "Water never stops flowing"}


def test_measures_are_found_by_name_id_and_description(own: Workspace) -> None:
    keep_findings(own, found({}), run=5, year=YEAR)
    as_measure(own, newest_findings(own)["key"][0], "M-1", {"name": "Switch off", "description": "Timer of the fans"})

    def named(text: str, workspace: Workspace = own, most: int = 9) -> list[str]:
        return [one.id for one in measures_called(workspace, text, most=most)]

    assert named("m-1") == named("SWITCH") == named("fans timer") == ["M-1"]
    assert named("switch lamps") == named(" ") == named("switch", most=0) == []
    assert named("switch", seen_by(own, Role.VIEWER, "A")) == ["M-1"]
    assert named("switch", seen_by(own, Role.VIEWER, "B")) == []


def test_open_findings_are_found_by_kind_meter_and_site(own: Workspace) -> None:
    keep_findings(own, found({}, {"meter_id": "B-main", "site_id": "B", "code": "water_leak"}), run=5, year=YEAR)

    def named(text: str, workspace: Workspace = own, most: int = 9) -> list[str]:
        return findings_called(workspace, text, NAMES, most=most)["meter_id"].to_list()

    assert named("water") == named("b-main") == named("OFFICE b stops") == ["B-main"]
    assert named("office") == ["A-main", "B-main"]
    assert named("office", most=1) == ["A-main"]
    assert named("water_leak") == named("") == []
    assert named("office", seen_by(own, Role.VIEWER, "B")) == ["B-main"]
    move(own, newest_findings(own)["key"][0], "dismissed", note="as it should be")
    assert named("office") == ["B-main"]


def test_a_figure_is_found_by_its_whole_id_where_one_may_see_it(opened: Workspace) -> None:
    total = estate_of(opened).totals["scope2.location"].figure
    assert total is not None
    one = figure_called(opened, total.upper())
    assert one is not None
    assert (one.id, one.content["subject"]) == (total, "organisation")
    assert figure_called(seen_by(opened, Role.VIEWER, "B"), total) is None
    assert figure_called(opened, total[:12]) is None
    assert figure_called(opened, "0" * 20) is None
