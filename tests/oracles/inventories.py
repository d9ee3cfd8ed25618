"""Work an inventory in `cases/` again: `python tests/oracles/inventories.py cases/inventory-all-scopes`.

Nothing of Wattstone is used, only arithmetic in decimals. The tables of the case's README are read: each line names an
amount, a share, the row of a factor and what comes out. The row is looked up in the file of factors as it was published
(and in the case's `own-factors.csv`), the amount in the case's `activities.csv`; products and sums are made again and
compared with the page and with `expected.json`. The last line is `N lines, M differ`; the exit code is 1 if any does.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from pathlib import Path

ROOT = Path(__file__).parents[2]
PUBLISHED = (ROOT.parent / "shared/facts/factors.csv", ROOT / "src/wattstone/rates/data/factors.csv")
HEADINGS = {"Scope 1": "scope1", "Scope 2": "scope2.location", "Apart from the totals": "apart"}
APART = {"scope2_unknown": "scope2.unknown"}
STATED = "stated"


@dataclass(frozen=True)
class Line:
    """A line of a README's tables, as it is written there."""

    line: str
    total: str
    amount: Decimal | None
    scale: Decimal
    share: Decimal
    row: str
    factor: Decimal
    value: Decimal

    @property
    def record(self) -> str:
        """Id of the activity: `F1a` and `F1b` are two gases of `F1`."""
        return self.line.rstrip("abcdefgh")


def number(text: str) -> Decimal:
    """The number that a cell begins with; commas group digits, asterisks mark sums."""
    return Decimal(re.match(r"-?[\d.]+", text.replace(",", "").strip("* "))[0])  # type: ignore[index]


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def total_of(heading: str, before: str) -> str:
    """Which total the tables under a heading make: scope 1, 2, a category of scope 3, or what stands apart."""
    if category := re.match(r"### (\d+) ", heading):
        return f"scope3.{category[1]}"
    return HEADINGS.get(heading.lstrip("# "), "" if heading.startswith("## ") else before)


def lines_of(readme: str) -> Iterator[Line]:
    """The lines of all tables that have seven columns."""
    total = ""
    for text in readme.splitlines():
        if text.startswith("#"):
            total = total_of(text, total)
        if not (text.startswith("|") and len(row := cells(text)) == 7 and re.fullmatch(r"[A-Z]+\d+[a-z]?", row[0])):
            continue
        amount, *scales = row[2].split(" x ")
        yield Line(
            line=row[0],
            total=total,
            amount=number(amount) if amount else None,
            scale=prod((number(scale) for scale in scales), start=Decimal(1)),
            share=number(row[3]),
            row=row[4].strip("`"),
            factor=number(row[5]),
            value=number(row[6]),
        )


def sums_of(readme: str) -> dict[str, Decimal]:
    """The sum that each table of lines says."""
    total, sums = "", {}
    for text in readme.splitlines():
        if text.startswith("#"):
            total = total_of(text, total)
        if text.startswith("| | **sum**") and len(row := cells(text)) == 7:
            sums[total] = number(row[6])
    return sums


def contracts_of(readme: str) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Of each row of the market-based table: what it is, its value as said, and as it is by arithmetic."""
    for text in readme.splitlines():
        if text.startswith("|") and len(row := cells(text)) == 5 and re.match(r"[\d,.]+ (kWh|GJ)", row[2]):
            yield f"{row[0]}, {row[1]}", number(row[4]), number(row[2]) * number(row[3])


def table(path: Path, key: str) -> dict[str, dict[str, str]]:
    """Rows of a CSV file by one of its columns."""
    with path.open(encoding="utf-8", newline="") as stream:
        return {row[key]: row for row in csv.DictReader(stream)}


def differing(line: Line, activity: dict[str, str], factors: dict[str, dict[str, str]]) -> Iterator[str]:
    """What a line says otherwise than its sources, or than arithmetic."""
    if line.row == STATED:
        amount, published = Decimal(1), activity["stated"]
    else:
        amount, published = Decimal(activity["amount"]), factors[line.row]["value"]
        if line.amount != amount:
            yield f"{line.line}: {line.amount} on the page, {amount} in the activities"
    if line.factor != Decimal(published):
        yield f"{line.line}: factor {line.factor} on the page, {published} published"
    if line.share != Decimal(activity["share"]):
        yield f"{line.line}: share {line.share} on the page, {activity['share']} in the activities"
    product = amount * line.scale * Decimal(published) * line.share
    if product != line.value:
        yield f"{line.line}: {line.value} on the page, {product} by arithmetic"


def recomputed(lines: list[Line], activities: dict[str, dict[str, str]]) -> dict[tuple[str, str], Decimal]:
    """Totals by name and subject, from the lines; what stands apart by what it is."""
    made: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        activity = activities[line.record]
        if line.total == "apart":
            made[APART.get(activity["kind"], activity["kind"]), "apart"] += line.value
            continue
        scope = line.total.split(".")[0] if line.total.startswith("scope3") else line.total
        for name in {line.total, scope}:
            made[name, "organisation"] += line.value
            made[name, f"site:{activity['site_id']}"] += line.value
    return made


def check(folder: Path) -> tuple[int, list[str]]:
    """How many lines a case has, and everything that differs."""
    readme = (folder / "README.md").read_text(encoding="utf-8")
    lines, activities = list(lines_of(readme)), table(folder / "activities.csv", "line_id")
    own = folder / "own-factors.csv"
    published = next(path for path in PUBLISHED if path.is_file())
    factors = table(published, "id") | (table(own, "id") if own.is_file() else {})
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)
    told = [said for line in lines for said in differing(line, activities[line.record], factors)]
    if unsaid := sorted(set(activities) - {line.record for line in lines}):
        told.append(f"not on the page: {', '.join(unsaid)}")
    made = recomputed(lines, activities)
    told += [
        f"sum of {name}: {said} on the page"
        for name, said in sums_of(readme).items()
        if said != sum((line.value for line in lines if line.total == name), Decimal())
    ]
    worked = list(contracts_of(readme))
    told += [
        f"{what}: {said} on the page, {product} by arithmetic" for what, said, product in worked if said != product
    ]
    known = {(row["name"], row["subject"]): row["value"] for row in expected["totals"]}
    known |= {(row["what"], "apart"): row["value"] for row in expected["apart"]}
    made |= dict(market(known, made))
    if sum((product for _, _, product in worked), Decimal()) != made.get(("scope2.market", "organisation"), 0):
        told.append("the rows of the market-based table do not add up to the sites")
    told += [
        f"{key}: expected {value}, recomputed {made.get(key)}"
        for key, value in known.items()
        if made.get(key, 0) != value
    ]
    told += [
        f"{key}: recomputed {value}, not expected" for key, value in made.items() if needed(key) and key not in known
    ]
    return len(lines), told


def needed(key: tuple[str, str]) -> bool:
    """Whether a total has to stand in the expectations."""
    return key[1] in ("organisation", "apart")


def market(
    known: dict[tuple[str, str], Decimal], made: dict[tuple[str, str], Decimal]
) -> Iterator[tuple[tuple[str, str], Decimal]]:
    """Market-based values of the sites, worked on the page, have to add up; totals of all scopes on both bases."""
    sites = [
        value for (name, subject), value in known.items() if name == "scope2.market" and subject.startswith("site:")
    ]
    if ("scope2.market", "organisation") not in known:
        return
    whole = sum(sites, Decimal())
    yield from ((key, value) for key, value in known.items() if key[0] == "scope2.market" and key[1] != "organisation")
    yield ("scope2.market", "organisation"), whole
    rest = made["scope1", "organisation"] + made["scope3", "organisation"]
    yield ("total.location", "organisation"), rest + made["scope2.location", "organisation"]
    yield ("total.market", "organisation"), rest + whole


def main() -> int:
    """Check every folder that is named."""
    wrong = 0
    for name in sys.argv[1:]:
        count, told = check(Path(name))
        wrong += len(told)
        sys.stdout.write("".join(f"{one}\n" for one in told) + f"{name}: {count} lines, {len(told)} differ\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
