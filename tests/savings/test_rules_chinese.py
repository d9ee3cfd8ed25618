"""The sentences of the rules stand in a table of data; they have their Chinese like those in the code."""

from string import Formatter

from babel.messages.pofile import read_po

from tests.interfaces.present.test_languages import PO
from wattstone.savings.rules import sufficiency_rules


def test_every_sentence_of_a_rule_has_its_chinese() -> None:
    with PO.open("rb") as source:
        said = {entry.id: entry.string for entry in read_po(source, locale="zh")}
    sentences = {text for rule in sufficiency_rules().values() for text in (rule.found, rule.expected, rule.remedy)}

    assert {text for text in sentences if not said.get(text)} == set()


def test_every_field_of_a_sentence_is_given() -> None:
    """A finding of each rule as it comes from the checks is said without a field missing; here by its own names."""
    for rule in sufficiency_rules().values():
        names = {name for text in (rule.found, rule.expected, rule.remedy) for _, name, _, _ in Formatter().parse(text)}
        params = {name: 1 for name in names if name} | {"count": 2}
        count = int(params.pop("count"))
        own = {"code", "clause", "source", "certainty", "limit"}
        finding = rule.finding("here", "day", count=count, **{k: v for k, v in params.items() if k not in own})
        assert finding.text().startswith("here: ")
