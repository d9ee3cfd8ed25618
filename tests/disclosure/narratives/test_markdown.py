"""Narratives as a tree: what is kept, what is refused, and that no text breaks it or loses its words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.disclosure.narratives.markdown import blocks, refused
from wattstone.disclosure.narratives.nodes import (
    Break,
    Code,
    Emphasis,
    FigureRef,
    Heading,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Strong,
    TableBlock,
    TableRef,
    Text,
    figures_in,
    plain,
)
from wattstone.disclosure.narratives.placeholders import placeholders

FIGURE = "{{figure:scope2.location@2025|t CO2e}}"
(SHOWN,) = placeholders(FIGURE)


def codes(text: str) -> list[str]:
    return [one.code.removeprefix("narrative.") for one in refused(text, "narrative 'x'")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A *b* **c** `d`", (Paragraph((Text("A "), Emphasis((Text("b"),)), Text(" "), Strong((Text("c"),)),
                                         Text(" "), Code("d"))),)),
        ("It was **" + FIGURE + "**.", (Paragraph((Text("It was "), Strong((FigureRef(SHOWN),)), Text("."))),)),
        ("See [the plan](https://example.org/a).", (Paragraph((Text("See "), Link("https://example.org/a", (
            Text("the plan"),)), Text("."))),)),
        ("one\\\ntwo", (Paragraph((Text("one"), Break(), Text("two"))),)),
        ("> said", (Quote((Paragraph((Text("said"),)),)),)),
        ("***", (Rule(),)),
        ("- a\n- b", (List(((Paragraph((Text("a"),)),), (Paragraph((Text("b"),)),))),)),
        ("3. a\n\n4. b", (List(((Paragraph((Text("a"),)),), (Paragraph((Text("b"),)),)), True, 3, False),)),
        ("{{table:metrics.ghg}}", (TableRef(next(placeholders("{{table:metrics.ghg}}"))),)),
        ("", ()),
    ],
)  # fmt: skip
def test_a_text_becomes_a_tree(text, expected):
    assert blocks(text) == expected
    assert codes(text) == []


def test_a_placeholder_with_its_unit_stands_whole_in_a_cell():
    (table,) = blocks(f"| Scope | Now |\n|:--|--:|\n| 2 | {FIGURE} |")

    assert isinstance(table, TableBlock)
    assert table.rows == (((Text("2"),), (FigureRef(SHOWN),)),)
    assert table.align == ("left", "right")


def test_the_highest_heading_stands_below_that_of_its_topic_and_none_is_left_out():
    found = [one.level for one in blocks("# a\n\n### b\n\n# c\n\n###### d") if isinstance(one, Heading)]

    assert found == [3, 4, 3, 5]
    assert [one.level for one in blocks("## a") if isinstance(one, Heading)] == [3]


def test_a_paragraph_is_parted_where_a_table_stands_in_it():
    first, table, last = blocks("Before {{table:metrics.ghg}} behind")

    assert isinstance(table, TableRef)
    assert plain((first, last)) == "Before \n behind"


def test_lines_of_chinese_join_without_a_blank_and_those_of_words_with_one():
    assert plain(blocks("第一行\n第二行")) == "第一行第二行"
    assert plain(blocks("one\ntwo")) == "one two"
    assert plain(blocks("第一行\nand two")) == "第一行 and two"


@pytest.mark.parametrize(
    ("text", "strong"),
    [
        ("分两步。**首先减少用能。**车库随后。", "首先减少用能。"),
        ("这是**“绿色”**能源", "“绿色”"),
        ("范围二**（按位置）**排放", "（按位置）"),
        ("**注意：**见下", "注意："),
        ("排放**" + FIGURE + "**吨", FIGURE),
    ],
)
def test_emphasis_holds_beside_chinese_signs(text, strong):
    (one,) = blocks(text)
    (inner,) = [each for each in one.of if isinstance(each, Strong)]

    assert plain((Paragraph(inner.of),)) == strong
    assert plain((one,)) == text.replace("**", "")
    assert codes(text) == []


def test_nothing_in_code_is_a_placeholder():
    assert list(figures_in(blocks("`" + FIGURE + "`"))) == []
    assert plain(blocks("`" + FIGURE + "`")) == FIGURE


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("a <b>c</b>", "html", "a <b>c</b>"),
        ("<script>\nalert(1)\n</script>", "html", "<script>\nalert(1)\n</script>"),
        ("an ![image](https://example.org/a.png)", "image", "an image"),
        ("[x](javascript:alert(1))", "link", "x"),
        ("[x](file:///etc/passwd)", "link", "x"),
        ("[x](//example.org)", "link", "x"),
        ("[x](data:text/html;base64,AAAA)", "link", "x"),
        ("[x](https://example.org/{{figure:scope1@2025}})", "link", "x"),
        ("was {{figure:scope1}}", "placeholder", "was {{figure:scope1}}"),
        ("**{{table:metrics.ghg}}**", "table_place", "{{table:metrics.ghg}}"),
        ("| a |\n|---|\n| b | lost |", "table_cells", "a\nb"),
        ("> " * 12 + "deep", "nesting", "deep"),
        ("this is ** spaced ** out", "stars", "this is ** spaced ** out"),
    ],
)
def test_what_a_report_does_not_take_is_told_and_stands_as_text(text, code, shown):
    assert codes(text) == [code]
    assert plain(blocks(text)) == shown


def test_a_finding_names_the_first_and_how_many_there_are():
    (found,) = refused("<b>a</b> and <i>c</i>", "narrative 'x'")

    assert (found.count, found.params["shown"], found.place) == (4, "<b>", "narrative 'x'")
    assert "{{figure:NAME@PERIOD}}" in refused("{{x}}", "p")[0].text()


MARKS = st.sampled_from(
    ["\n", "\n\n", "# ", "- ", "1. ", "> ", "*", "**", "_", "`", "| ", "|---|", "<b>", "</b>", "<!--", "![", "[", "](",
     ")", "http://a", "{{", "}}", FIGURE, "{{table:metrics.ghg}}", "\\", "&amp;", "---", "```", "    ", "\t", "\ue000",
     "\ue0011\ue001", "\x00", "\r", "字", "，", "。", "“", "\ue002"]
)  # fmt: skip
ANY = st.lists(MARKS | st.text(max_size=12), max_size=40).map("".join)


@given(ANY)
def test_every_text_is_a_tree_and_is_judged(text):
    assert isinstance(plain(blocks(text)), str)
    for one in refused(text, "p"):
        assert one.text()


WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
STRUCTURE = st.sampled_from(
    [" ", " ", "\n", "\n\n", "\n# ", "\n- ", "\n1. ", "\n> ", " *", "* ", " **", "** ", " _", "_ ", "`"]
)


@given(st.lists(st.tuples(STRUCTURE, WORD), max_size=40))
def test_no_word_is_lost_and_none_is_made(pairs):
    text = "".join(mark + word for mark, word in pairs)

    assert "".join(re.findall("[a-z]+", plain(blocks(text)))) == "".join(re.findall("[a-z]+", text))


@given(st.lists(st.tuples(STRUCTURE, st.sampled_from([FIGURE, "{{figure:scope1@2024@site:HQ}}", "word"])), max_size=20))
def test_every_placeholder_outside_of_code_is_found_in_its_order(pairs):
    text = "".join(mark + word for mark, word in pairs if mark != "`")

    assert [one.text for one in figures_in(blocks(text))] == [
        one.text for one in placeholders(text) if one.kind == "figure"
    ]
