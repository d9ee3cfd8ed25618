"""What changed between two statements: each thing that was changed by hand is told once, with what it comes from."""

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tests.disclosure.made import made_statement
from wattstone.disclosure.differences import Change, differences
from wattstone.programme.report import Said


def with_answer(statement, topic, **new):
    return replace(
        statement, answers=tuple(replace(one, **new) if one.topic.id == topic else one for one in statement.answers)
    )


def test_the_same_said_later_is_no_change():
    statement = made_statement()

    assert differences(statement, replace(statement, made=statement.made + timedelta(days=1))) == ()


def test_a_text_tells_both_versions():
    old = made_statement()
    (one, *_) = [one for one in old.answers if one.written]
    was = one.written["en"]
    now = replace(was, markdown="Another text.", hash="f" * 40)
    new = with_answer(old, one.topic.id, written={**one.written, "en": now})

    assert differences(old, new) == (
        Change(
            topic=one.topic.id, what="text", place="en", before=was.markdown, after="Another text.",
            by=(f"entry:{was.hash}", f"entry:{'f' * 40}"),
        ),
    )  # fmt: skip
    gone = with_answer(old, one.topic.id, written={"en": was})
    assert [(each.place, each.after) for each in differences(old, gone)] == [("zh", None)]


def test_a_figure_tells_what_of_it_changed():
    old = made_statement()
    was = old.figures["scope1@2025"]
    now = replace(was, id="0" * 20, value=1_850_000.0, state="stale")
    new = replace(old, figures={**old.figures, "scope1@2025": now})

    told = [one for one in differences(old, new) if one.what == "figure"]
    assert {(one.part, one.before, one.after, one.unit) for one in told} == {
        ("value", 1_840_000.0, 1_850_000.0, "kg CO2e"), ("state", "current", "stale", ""),
    }  # fmt: skip
    assert {one.place for one in told} == {"scope1@2025"}
    assert {one.by for one in told} == {(f"figure:{was.id}", f"figure:{'0' * 20}")}


def test_a_cell_is_told_with_its_row_and_its_figures():
    old = made_statement()
    (answer,) = [one for one in old.answers if any(each.id == "ghg" for each in one.tables)]
    (table,) = answer.tables
    here = pl.col("scope") == "Scope 1"
    rows = table.rows.with_columns(
        pl.when(here).then(2_000_000.0).otherwise("now").alias("now"),
        pl.when(here).then(pl.lit("new")).otherwise("now@figure").alias("now@figure"),
    )
    new = with_answer(old, answer.topic.id, tables=(replace(table, rows=rows),))

    (change,) = differences(old, new)
    first = table.rows["now@figure"][0]
    assert change == Change(
        topic=answer.topic.id, what="table", place="ghg / Scope 1 / 2025", before=1_840_000.0, after=2_000_000.0,
        unit="kg CO2e", by=(f"figure:{first}", "figure:new"), titles=("Emissions", "Scope 1", "2025"),
    )  # fmt: skip


def test_a_row_that_comes_in_moves_no_other():
    old = made_statement()
    (answer,) = [one for one in old.answers if any(each.id == "ghg" for each in one.tables)]
    (table,) = answer.tables
    top = table.rows.head(1).with_columns(pl.lit("Scope 0").alias("scope"))
    new = with_answer(old, answer.topic.id, tables=(replace(table, rows=pl.concat([top, table.rows])),))

    assert {one.place.split(" / ")[1] for one in differences(old, new)} == {"Scope 0"}


def test_status_omission_and_topics_that_come_and_go():
    old = made_statement()
    (one, *_) = [each for each in old.answers if each.omission is not None]
    changed = replace(one.omission, reason={**one.omission.reason, "en": "Another reason."})
    new = with_answer(old, one.topic.id, omission=changed, status="open")
    told = {(each.what, each.part, each.before, each.after) for each in differences(old, new)}
    assert told == {
        ("status", "", "omitted", "open"),
        ("omission", "reason.en", one.omission.reason["en"], "Another reason."),
    }

    first = old.answers[0]
    short = replace(old, answers=old.answers[1:])
    assert differences(old, short)[-1].what != "text"
    went = [each for each in differences(old, short) if each.topic == first.topic.id]
    assert ("topic", first.topic.title, None) in {(each.what, each.before, each.after) for each in went}
    came = [each for each in differences(short, old) if each.what == "topic"]
    assert [(each.before, each.after) for each in came] == [(None, first.topic.title)]


def test_what_the_workspace_says_counts():
    old = made_statement()
    new = replace(old, limits=(Said("{n} sites say nothing", {"n": 2}),))

    assert differences(old, new)[-1].after == "2 sites say nothing"
