"""Facts of a report while it is written: what a number or a text is, tagged where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from wattstone.disclosure.statement import Shown, Statement
from wattstone.interfaces.present.xbrl.concepts import Fact, taxonomy, text_concept
from wattstone.interfaces.present.xbrl.contexts import Dimension, Resources, days_of, own_typed
from wattstone.interfaces.present.xbrl.displayed import displayed
from wattstone.interfaces.present.xbrl.mapping import Official
from wattstone.interfaces.present.xbrl.markup import Markup, join, tag, text
from wattstone.interfaces.present.xbrl.names import ARCROLES
from wattstone.interfaces.present.xbrl.sums import facts_of

__all__ = ["Tagger"]


@dataclass
class Tagger:
    """What tags the facts of a report, and knows which it tagged.

    Parameters
    ----------
    statement : Statement
    resources : Resources
        Contexts and units.
    official : Official or None
        A mapping to a taxonomy of somebody else.
    """

    statement: Statement
    resources: Resources
    official: Official | None = None
    facts: int = 0
    of_figure: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of facts by the id of their figure."""

    def __post_init__(self) -> None:
        self._by_id: Mapping[str, Shown] = {one.id: one for one in self.statement.figures.values() if one.id}
        self._facts = facts_of(self.statement)

    @property
    def year(self) -> tuple[date, date]:
        """First and last day of the reporting year."""
        return date(self.statement.year, 1, 1), date(self.statement.year, 12, 31)

    def number(self, said: str, figure: str | None) -> Markup:
        """A text that shows a figure, tagged; the plain text where it shows none, or not its value."""
        one = self._by_id.get(figure or "")
        fact = self._facts.get(one.key) if one is not None else None
        days = days_of(one.period) if one is not None else None
        if one is None or one.value is None or fact is None or fact.measure is None or days is None:
            return text(said)
        shown = displayed(said, one.value, fact.measure.power)
        if shown is None:
            return text(said)
        common = {"unitRef": self.resources.unit(fact.measure), "decimals": str(shown.decimals),
                  "scale": str(shown.scale), "format": "ixt:num-dot-decimal",
                  "sign": "-" if shown.negative else None}  # fmt: skip
        inner = self._tagged("ix:nonFraction", fact, days, common, text(shown.number), one.id)
        return join((text(shown.before), inner, text(shown.after)))

    def text_block(self, topic: str, content: Markup) -> Markup:
        """All that a report says of a topic."""
        fact = Fact(taxonomy().concept(text_concept(topic)))
        return self._tagged("ix:nonNumeric", fact, self.year, {"escape": "true"}, content)

    def about(self, concept: str, said: str) -> Markup:
        """A text about the report itself."""
        return self._tagged("ix:nonNumeric", Fact(taxonomy().concept(concept)), self.year, {}, text(said))

    def _tagged(
        self, kind: str, fact: Fact, days: tuple[date, date], common: Mapping[str, str | None], content: Markup,
        figure: str = "",
    ) -> Markup:  # fmt: skip
        prefix = taxonomy().prefix
        counterpart = self.official.of(fact) if self.official is not None else None
        made = content
        if counterpart is not None:
            made = self._element(kind, counterpart.name, days, counterpart.dimensions, common, made, figure)
        if counterpart is None or self.official is None or not self.official.instead:
            made = self._element(kind, f"{prefix}:{fact.concept.id}", days, _dimensions(fact), common, made, figure)
        return made

    def _element(
        self, kind: str, name: str, days: tuple[date, date], dimensions: tuple[Dimension, ...],
        common: Mapping[str, str | None], content: Markup, figure: str,
    ) -> Markup:  # fmt: skip
        self.facts += 1
        ident = f"fact-{self.facts}"
        if figure:
            self.of_figure.setdefault(figure, []).append(ident)
        told = {"id": ident, "name": name, "contextRef": self.resources.context(days, dimensions), **common}
        return tag(kind, told, content)

    def header(self, schema: str) -> Markup:
        """The hidden part of the document: schemas, contexts, units, and which fact has which note."""
        places = [schema, *([self.official.entry] if self.official is not None else [])]
        refs = (tag("link:schemaRef", {"xlink:type": "simple", "xlink:href": one}) for one in places)
        notes = (
            tag("ix:relationship", {"arcrole": ARCROLES["fact-footnote"], "fromRefs": " ".join(facts),
                                    "toRefs": note_id(figure)})
            for figure, facts in self.of_figure.items()
        )  # fmt: skip
        held = tag("ix:resources", None, *notes, *self.resources.markup(own_typed()))
        return tag("ix:header", None, tag("ix:references", None, *refs), held)

    def note(self, figure: str, pieces: Sequence[str]) -> Iterator[Markup]:
        """What stands in the evidence of a figure, as the note of its facts.

        A note goes on from cell to cell, and each piece of it ends with a space that parts it from the next.
        """
        for at, one in enumerate(pieces):
            ident = note_id(figure) + (f"-{at}" if at else "")
            after = f"{note_id(figure)}-{at + 1}" if at + 1 < len(pieces) else None
            told = text(one + (" " if after else ""))
            yield tag("ix:continuation" if at else "ix:footnote", {"id": ident, "continuedAt": after}, told)

    def untagged(self) -> tuple[Shown, ...]:
        """The figures that no fact can say: without a value, or in a unit or of a period that XBRL does not know."""
        return tuple(
            one for one in self.statement.figures.values()
            if one.value is None or one.key not in self._facts or days_of(one.period) is None
        )  # fmt: skip


def note_id(figure: str) -> str:
    """Id of the note of a figure."""
    return f"note-{figure}"


def _dimensions(fact: Fact) -> tuple[Dimension, ...]:
    prefix = taxonomy().prefix
    return tuple(
        (f"{prefix}:{axis}Axis", value if taxonomy().axis(axis).typed else f"{prefix}:{value}Member")
        for axis, value in fact.dimensions
    )
