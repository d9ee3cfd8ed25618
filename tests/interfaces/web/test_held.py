"""How a site is held: shown and edited where sites are, taken in and out with their table."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.interfaces.web.served_pages import Served, words
from wattstone.portfolio import Control, Site

EDIT, TABLE = "/data/places/site", "/data/places/site/table"


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("held"))
    yield held
    held.close()


def site(served: Served, name: str = "A") -> Site:
    return next(one for one in served.workspace.records.sites() if one.id == name)


def test_a_holding_is_said_shown_changed_and_taken_back(served: Served) -> None:
    form = {"id": "A", "opened": "A", "name": "Hall <A>", "zone": "UTC"}
    sold = {"held_0": "owned", "until_0": "2025-04-01", "held_1": "leased_out operating", "from_1": "2025-04-01"}
    assert served.post(EDIT, {**form, **sold}).status_code == 303
    assert site(served).control == (
        Control(end=date(2025, 4, 1)), Control(start=date(2025, 4, 1), holding="leased_out", lease="operating"),
    )  # fmt: skip
    listed = words(served.get("/data/places"))
    assert "100 % in scope 3, category 13" in listed.replace("\N{NO-BREAK SPACE}", " ")
    assert "Operational control" in listed or "operational control" in listed

    page = served.get(f"{EDIT}?id=A")
    assert '<option value="leased_out operating" selected>' in page.text
    assert 'value="2025-04-01"' in page.text
    assert 'name="held_2"' in page.text  # an empty row for the next one
    joint = {"held_0": "joint_venture", "equity_0": "37.5", "operational_0": "yes", "financial_0": "joint"}
    assert served.post(EDIT, {**form, **joint}).status_code == 303
    assert site(served).control == (
        Control(holding="joint_venture", equity=0.375, operational=True, financial="joint"),
    )  # fmt: skip
    assert site(served).name == "Hall <A>"
    served.post(EDIT, form)
    assert site(served).control == ()
    assert any(one.what == "site" for one in served.workspace.records.audit())


@pytest.mark.parametrize(
    "wrong",
    [{"held_0": "joint_venture"}, {"held_0": "owned", "equity_0": "half"}, {"equity_0": "50"},
     {"held_0": "owned", "from_0": "2025-04-01", "until_0": "2025-01-01"},
     {"held_0": "owned", "held_1": "franchise"}, {"held_0": "owned,colour=red"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_above_the_rows(served: Served, wrong: dict[str, str]) -> None:
    answer = served.post(EDIT, {"id": "A", "opened": "A", "name": "Hall <A>", "zone": "UTC", **wrong})

    assert answer.status_code == 422
    assert 'id="e-control"' in answer.text
    assert site(served).control == ()


def test_the_table_of_sites_is_taken_out_and_in_again(served: Served) -> None:
    bad = 'id,control\nA,"owned,colour=red"\nB,joint_venture\n'
    refused = served.post(TABLE, {}, files={"file": ("bad.csv", bad.encode())})
    assert refused.status_code == 422
    assert "colour" in words(refused)
    assert "row 3" in words(refused)
    text = 'id,name,held\nA,Hall,"joint_venture,equity=0.5,until=2026-01-01; owned,from=2026-01-01"\n'
    assert served.post(TABLE, {}, files={"file": ("sites.csv", text.encode())}).status_code == 303
    said = site(served).control
    assert [one.holding for one in said] == ["joint_venture", "owned"]

    out = served.get("/data/places.csv")
    assert out.headers["content-type"].startswith("text/csv")
    assert "joint_venture,until=2026-01-01,equity=0.5; owned,from=2026-01-01" in out.text
    again = served.post(TABLE, {}, files={"file": ("sites.csv", out.content)})
    assert again.status_code == 303
    assert site(served).control == said
    assert served.get("/data/places.csv", "viewer").status_code == 403
    assert "B," not in served.get("/data/places.csv", "scoped").text
