"""What a command finds and says is in the language that was asked for; what machines read stays English."""

import re
from pathlib import Path

import pytest

from tests.workflows.estate import wattstone

# What is the same in Chinese: names of files, options, commands, fields, units and formats.
SAME = re.compile(
    r"hall|csv|HQ|kWh|MWh|m3|electricity|natural_gas|main|toml|mappings|gas\b|acme|--\w+|`[^`]*`|FILE|UTC|IANA|wattstone|"
    r"Europe/Berlin|Consumption|docs/\S+|mapping|unit\b|kind\b|zone\b|unknown|WORKSPACE|METER|SITE|site\b|meter\b|"
    r"%\S+|/\S+|ID\b"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    wattstone("init", tmp_path / "acme", "--zone", "Europe/Berlin")
    return tmp_path / "acme"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "hall.csv"
    path.write_text("time;main\n" + "".join(f"2024-03-01 {hour:02}:00;{hour},5\n" for hour in range(24)))
    return path


def english(text: str) -> list[str]:
    said = [line for line in text.splitlines() if not line.startswith(("#", "[")) and " = " not in line]
    return re.findall(r"[A-Za-z]{3,}", SAME.sub(" ", "\n".join(said)))


def test_a_refusal(root: Path, table: Path) -> None:
    said = wattstone("ingest", root, table, "--lang", "zh", code=2)

    assert "没有写明读数的单位" in said.err.replace("\n", "").replace(" ", "")
    assert "已拒绝：须先改正 3 处。没有做任何改动。" in said.err
    assert english(said.err) == []
    assert "已拒绝" in wattstone("ingest", root, table, "--lang=zh", code=2).err
    assert "Refused: 3 things have" in wattstone("ingest", root, table, code=2).err


def test_warnings_and_messages(root: Path, table: Path) -> None:
    first = wattstone("ingest", root, table, "--unit", "MWh", "--kind", "gas", "--lang", "zh")
    again = wattstone("ingest", root, table, "--lang", "zh")

    assert "按文件名建立场所“hall”" in first.err.replace("\n", "").replace(" ", "")
    assert "hall.csv：1 个计量点，24 个读数。" in first.out
    assert "hall.csv 按以前的方式读取" in again.out
    assert "此前已导入" in again.out
    assert english(first.out + first.err + again.out + again.err) == []


def test_machines_read_english(root: Path, table: Path) -> None:
    said = wattstone("ingest", root, table, "--lang", "zh", "--json", code=2).json

    assert "the unit of the readings is not stated" in [one["found"] for one in said["findings"]]


def test_quality(root: Path, table: Path) -> None:
    table.write_text("time;main\n2024-03-01 00:00;1,5\n2024-03-01 01:00;1,5\n2024-03-01 05:00;1,5\n")
    wattstone("ingest", root, table, "--unit", "kWh", "--kind", "electricity", "--site", "HQ")

    said = wattstone("quality", root, "--year", 2024, "--lang", "zh")

    assert "应先处理" in said.out
    assert "个月中共有" in said.out.replace("\n", "")
    assert english(said.out) == []
