"""What decides whether a peer and we computed the same; that every study is complete, without the peers installed."""

import ast
import re
from pathlib import Path

import polars as pl
import pytest
from benchmarks.measuring import ROOT, Measured
from benchmarks.peers import analyses, comparing
from benchmarks.peers.comparing import Disagreement, Row, agreement, frames_agree, markdown, times
from benchmarks.peers.timely_beliefs.timing import timed

STUDIES = sorted(path.parent for path in Path(comparing.__file__).parent.glob("*/requirements.txt"))
NAN = float("nan")


def frame(**values: list[float | None]) -> pl.DataFrame:
    return pl.DataFrame({"site": [f"s{at}" for at in range(len(next(iter(values.values()))))], **values})


def test_figures_agree_to_the_last_digits() -> None:
    assert agreement({"a": 1.0, "b": 0.0}, {"a": 1.0, "b": 0.0}) == "2 values equal"
    assert agreement({"a": 1.0, "b": 3.0}, {"a": 1.0, "b": 3.0 * (1 + 5e-10)}) == "2 values, at most 5e-10 apart"


@pytest.mark.parametrize(
    ("ours", "peer", "said"),
    [
        ({"a": 1.0}, {"a": 1.0 + 1e-8}, "apart at a"),
        ({"a": 1.0}, {"a": -1.0}, "apart at a"),
        ({"a": 0.0}, {"a": 1e-30}, "apart at a"),
        ({"a": 1.0}, {"a": NAN}, "apart at a"),
        ({"a": 1.0, "b": 2.0}, {"a": 1.0}, "1 figures are on one side alone, as b"),
        ({}, {"a": 1.0}, "1 figures are on one side alone, as a"),
    ],
)
def test_figures_that_differ_are_no_comparison(ours: dict, peer: dict, said: str) -> None:
    with pytest.raises(Disagreement, match=said):
        agreement(ours, peer)


def test_frames_agree_whatever_their_order() -> None:
    one = frame(energy=[1.0, 2.0, 0.0], emitted=[0.5, 1.0, 0.0])

    assert frames_agree(one, one.reverse(), ["site"], ["energy", "emitted"]) == "6 values equal"


@pytest.mark.parametrize("value", [2.0 + 1e-8, -2.0, NAN, None])
def test_one_value_is_enough_for_frames_to_differ(value: float | None) -> None:
    with pytest.raises(Disagreement):
        frames_agree(frame(energy=[1.0, 2.0]), frame(energy=[1.0, value]), ["site"], ["energy"])


def test_rows_of_one_side_alone_are_no_agreement() -> None:
    two, three = frame(energy=[1.0, 2.0]), frame(energy=[1.0, 2.0, 3.0])
    other = two.with_columns(pl.col("site").replace("s1", "s9"))

    for peer in (three, other, pl.concat([two, two])):
        with pytest.raises(Disagreement):
            frames_agree(two, peer, ["site"], ["energy"])


def test_figures_are_read_by_name_site_and_month(tmp_path: Path) -> None:
    peer, ours = tmp_path / "peer.csv", tmp_path / "ours.csv"
    peer.write_text("name,site_id,month,value\nscope1,a,3,1.5\n", encoding="utf-8")
    ours.write_text(
        "id,name,subject,period,value\n"
        "1,scope1,site:a,2019-03,1.5\n"
        "2,scope1,site:a,2019,9\n"
        "3,scope1,site:a,2018-03,9\n"
        "4,scope1,meter:a,2019-03,9\n"
        "5,scope1,organisation,2019-03,9\n"
        "6,scope3,site:a,2019-03,9\n"
        "7,scope1,site:b,2019-03,\n",
        encoding="utf-8-sig",
    )

    assert analyses.figures_of_peer(peer) == {("scope1", "a", 3): 1.5} == analyses.figures_of_ours(ours, 2019)


@pytest.mark.parametrize(
    ("year", "electricity", "gas"),
    # UK Government GHG Conversion Factors for Company Reporting: electricity generated; natural gas, gross
    [(2019, 0.2556, 0.18385), (2020, 0.23314, 0.18387)],
)
def test_factors_given_to_a_peer_are_the_published_ones(year: int, electricity: float, gas: float) -> None:
    assert analyses.factors(year) == [electricity, gas]


def test_questions_are_warmed_up_and_answered_in_order() -> None:
    asked: list[int] = []
    took, answers = timed([lambda at=at: asked.append(at) or at for at in range(5)])

    assert asked == [0, 1, 2, 0, 1, 2, 3, 4]
    assert answers == [0, 1, 2, 3, 4]
    assert len(took) == 5


def test_the_ratio_is_ours_to_the_peers() -> None:
    assert times(Measured(6.0, 1.0, 1.0), Measured(2.0, 9.0, 9.0)) == "3 times the CPU"
    assert markdown("peer 1.0", [Row("a", "2 s", "6 s", "3", "equal")]).splitlines()[::2] == [
        "| what | peer 1.0 | Wattstone | ratio | agreement |",
        "| a | 2 s | 6 s | 3 | equal |",
    ]


@pytest.mark.parametrize("folder", STUDIES, ids=lambda folder: folder.name)
def test_a_study_is_complete(folder: Path) -> None:
    wanted = (folder / "requirements.txt").read_text(encoding="utf-8").split()
    page = (ROOT / "docs" / "peers.md").read_text(encoding="utf-8")

    assert (folder / "run.py").is_file()
    assert [line for line in wanted if not re.fullmatch(r"[a-z0-9-]+==[\d.]+", line)] == []
    assert f"tools/peers.sh {folder.name}" in page
    assert wanted[0].replace("==", " ").lower() in page.lower(), "the page tells of another version"
    for path in folder.glob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
