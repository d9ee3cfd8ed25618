"""The examples of what to enter run as the pages have them, in a workspace with one site, and come to what they say."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflows.estate import wattstone

PAGES = Path(__file__).parents[3] / "docs" / "how-to"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples") / "acme"
    wattstone("init", folder)
    wattstone("site", folder, "HQ", "--name", "Head office", "--country", "CN")
    return folder


def examples(page: str) -> Iterator[list[str]]:
    """Lines that enter, correct or report something, after the heading that tells what to enter."""
    text = (PAGES / page).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in re.findall(r"(?m)^    wattstone (.*)$", text[text.index("\n## ") :]):
        words = shlex.split(line)
        if words[1] in ("add", "correct", "report") and "KIND" not in words:
            yield words


@pytest.mark.parametrize(
    ("page", "name", "expected"),
    [
        ("fleet.md", "fleet.category_11.tank_to_wheel", 20 * 150_000 * 0.05 * 1.4 * 0.6 * 2.3),
        ("supplier.md", "supplier.chain.total", 1_360.0),
        ("indicator.md", "indicator.green.turnover.aligned_share", 0.1),
    ],
)
def test_the_examples_run(root: Path, page: str, name: str, expected: float) -> None:
    for words in examples(page):
        said = wattstone(words[0], words[1], root, *words[3:], "--json")
        if words[1] == "report":
            lines = {one["name"]: one["value"] for one in said.json["lines"]}
            assert lines.get(name, lines) == pytest.approx(expected)
