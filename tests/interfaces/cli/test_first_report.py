"""The page on the first report of a team of three, run as it is written, by the three with their own keys."""

import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interfaces.cli.conftest import Result
from wattstone.interfaces.cli.app import run

PAGE = Path("docs/first-report.md").read_text(encoding="utf-8")
ROLES = {"Maria": "admin", "Ed": "analyst", "Rita": "reviewer"}
FORMS = ("pdf", "docx")  # tests of the renderings make these
FIGURES = "{{figure:scope1@2025|t}}, {{figure:scope2.location@2025|t}}"
REFUSED = "disclose review acme metrics.method approved --year 2025"  # the first time: by Ed


def commands() -> Iterator[tuple[str, list[str]]]:
    """Who runs what: the person is the one that the heading or the sentence before names last."""
    who = "Maria"
    for block in re.split(r"\n{2,}", PAGE.replace("\\\n", " ")):
        named = [name for name in re.findall(r"\w+", block) if name in ROLES]
        if named and not block.startswith(" "):
            who = named[-1]
        for line in block.splitlines():
            if line.startswith("    wattstone "):
                yield who, shlex.split(line)[1:]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, str, Result]]]:
    """What each command of the page left behind, in order."""
    folder = tmp_path_factory.mktemp("first")
    lines = re.findall(r"    (line_id,.*\n(?:    \w.*\n)+)", PAGE)[0]
    files = {
        "bills.csv": re.sub(r"(?m)^    ", "", lines), "method.md": "Scope 1 fell to 138 t.",
        "method-en.md": f"We follow the GHG Protocol: {FIGURES}.",
        "method-zh.md": f"我们遵循《温室气体核算体系》：{FIGURES}。",
        "board-en.md": "The board hears of it each quarter.", "board-zh.md": "董事会每季度听取汇报。",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("WATTSTONE_KEYS", str(folder / "keys"))
        yield list(_run(patch, folder))


def _run(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[tuple[str, str, Result]]:
    keys: dict[str, str] = {}
    for who, words in commands():
        if words[:2] == ["account", "key"]:
            keys |= {name: _key(name) for name in ROLES}
            continue
        if any(form in words for form in FORMS):
            continue
        if "--reason" in words and "method-en.md" in words:
            (folder / "method-en.md").write_text(
                f"We follow the GHG Protocol, by the AR5: {FIGURES}.", encoding="utf-8"
            )
        if keys:
            patch.setenv("WATTSTONE_KEY", keys[who])
        yield who, " ".join(words), _called(words)


def _key(name: str) -> str:
    said = _called(["account", "key", "acme", name, "--role", ROLES[name]])
    return re.findall(r"wsk_[\w-]+", said.out)[0]


def _called(words: list[str]) -> Result:
    with pytest.MonkeyPatch.context() as inner:
        out, err = io.StringIO(), io.StringIO()
        inner.setattr("sys.stdin", io.StringIO("a stone by the river\n"))
        inner.setattr("sys.stdout", out)
        inner.setattr("sys.stderr", err)
        code = run(words)
    return Result(code, out.getvalue(), err.getvalue())


def of(told: list[tuple[str, str, Result]], begins: str, who: str = "") -> list[Result]:
    return [result for name, words, result in told if words.startswith(begins) and who in ("", name)]


def test_every_command_of_the_page_does_what_the_page_says(told: list[tuple[str, str, Result]]) -> None:
    failed = {(who, words): result.code for who, words, result in told if result.code}
    refused = of(told, REFUSED, "Ed")

    assert set(failed) == {("Ed", REFUSED)}, [result.err for _, _, result in told if result.code]
    assert len(told) > 25
    assert all(line in refused[0].err for line in ("Ed may not do this here: review", "a role that may"))


def test_the_answers_on_the_page_are_those_given(told: list[tuple[str, str, Result]]) -> None:
    (inventory,) = of(told, "inventory")
    (pack,) = of(told, "disclose pack")
    (report, *_) = of(told, "disclose report")

    assert "136 t" in inventory.out.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "74.3 t" in inventory.out
    assert "15.0" in report.out
    assert "138" in of(told, "disclose write", "Ed")[0].err
    said = re.findall(r"(\d+) figures with their chains, of which (\d+) can", pack.out.replace("\n", " "))
    assert said == re.findall(r"(\d+) figures with their chains, of which (\d+) can", PAGE)
    (verified,) = of(told, "disclose verify")
    through = r"gone through: (\d+) figures and what stands behind each, (\d+) factors"
    assert re.findall(through, " ".join(verified.out.split())) == re.findall(through, PAGE)
