"""Write the tables of docs/reference/requirements.md anew: python tools/requirements_page.py."""

from collections.abc import Iterator
from pathlib import Path

from wattstone.disclosure.crossing import cross_references
from wattstone.disclosure.standards import Standard, standards
from wattstone.disclosure.topics import parts, topics

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "requirements.md"
BEGIN, END = "<!-- made by tools/requirements_page.py -->", "<!-- end -->"


def versions() -> Iterator[str]:
    """The lists: version, first day, how many requirements, how sure, source, note."""
    yield "| list | binds from | requirements | sure | source | note |"
    yield "|---|---|---|---|---|---|"
    for one in standards():
        binds = "a draft" if one.draft else f"{one.effective:%Y-%m-%d}" + (", may be used before" if one.early else "")
        yield (
            f"| `{one.key}` {one.title} | {binds} | {len(one.requirements)} | {one.confidence} | {one.source} | "
            f"{one.note} |"
        )


def crossings() -> Iterator[str]:
    """Topics, and the numbers of each adopted list that they answer."""
    adopted = [one for one in standards() if not one.draft and one.key != "ifrs-s2@2023"]
    yield f"| topic | holds | {' | '.join(f'`{one.key}`' for one in adopted)} |"
    yield "|---" * (len(adopted) + 2) + "|"
    for one in cross_references(adopted):
        held = " | ".join(", ".join(one.by(each.key)) for each in adopted)
        yield f"| `{one.topic.id}` {one.topic.title} | {', '.join(one.topic.content)} | {held} |"


def special(one: Standard) -> Iterator[str]:
    """When requirements of a list apply, and what it lets be left out."""
    rows = [each for each in one.requirements if each.condition or each.relief]
    if rows:
        yield f"### {one.key}"
        yield ""
        yield "| number | applies | relief |"
        yield "|---|---|---|"
        yield from (f"| {each.id} | {each.condition} | {each.relief} |" for each in rows)
        yield ""


def made() -> str:
    """All tables, as they stand between the marks of the page."""
    lines = [*versions(), "", f"There are {len(topics())} topics in {len(parts())} parts.", "", "## Topics", ""]
    lines += [*crossings(), "", "## Conditions and reliefs", ""]
    for one in standards():
        lines += special(one)
    return "\n".join(lines).rstrip() + "\n"


def with_tables(page: str) -> str:
    """The page with its tables made anew."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{made()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
