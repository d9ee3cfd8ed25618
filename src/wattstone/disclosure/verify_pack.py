"""Check an assurance pack with Python's standard library alone: `python verify_pack.py [FOLDER or ZIP]`.

A pack carries this file with the check of signatures written into it, so that it runs where nothing is installed.

    --key ID      the key that must have signed, as the organisation publishes it
    --trace KEY   show what a figure rests on, for example scope2.location@2025
"""

import argparse
import csv
import hashlib
import io
import json
import math
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from wattstone.disclosure.ed25519 import is_signed

__all__ = ["Pack", "checked", "main"]

_TOLERANCE = 1e-9  # relative
_APART = ("pack.json", "pack.signature.json")
_CONTENT = (
    "name", "value", "unit", "subject", "method", "reason", "basis", "estimated", "coverage", "period", "period_label",
    "interval", "inputs", "notes",
)  # fmt: skip


class Pack:
    """The files of a pack, in a folder or a zip."""

    def __init__(self, where: Path) -> None:
        self._zip = zipfile.ZipFile(where) if where.is_file() else None
        self._root = where

    def names(self) -> list[str]:
        """Every file in it."""
        if self._zip is not None:
            return [one for one in self._zip.namelist() if not one.endswith("/")]
        found = (one for one in self._root.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
        return [one.relative_to(self._root).as_posix() for one in found]

    def read(self, name: str) -> bytes:
        """A file; nothing where there is none."""
        try:
            return (self._root / name).read_bytes() if self._zip is None else self._zip.read(name)
        except (KeyError, OSError):
            return b""

    def json(self, name: str) -> Any:
        """A file of JSON; an empty object where it is none."""
        try:
            return json.loads(self.read(name))
        except ValueError:
            return {}


def checked(pack: Pack, key: str = "") -> Iterator[tuple[str, int, list[str]]]:
    """What was looked at, how many of it, and what is wrong.

    Parameters
    ----------
    pack : Pack
    key : str
        Id of the key that must have signed, or its beginning.
    """
    looks: list[tuple[str, Callable[[], tuple[int, list[str]]]]] = [
        ("files have the hash that pack.json tells", lambda: _files(pack)),
        ("signatures hold", lambda: _signatures(pack, key)),
        ("figures have the id that is the hash of their content", lambda: _ids(pack)),
        ("figures are withheld, for they tell of persons", lambda: _withheld(pack)),
        ("figures of the report are those that were recorded", lambda: _shown(pack)),
        ("numbers of figures.csv are those of the report", lambda: _tabled(pack)),
        ("points that were let pass are told as they were locked", lambda: _passed(pack)),
        ("names in the chains lead to something", lambda: _leads(pack)),
        ("pieces of evidence are those that were locked", lambda: _evidence(pack)),
        ("figures are the sum of the figures below them", lambda: _related(pack, "sums", _summed)),
        ("figures are an amount times its factor", lambda: _related(pack, "products", _multiplied)),
        ("figures are the sum of the days of their meter", lambda: _days(pack)),
        ("entries have the hash of what they say", lambda: _entries(pack)),
    ]
    for what, look in looks:
        try:
            count, wrong = look()
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            count, wrong = 0, [f"it cannot be read: {type(error).__name__} {error}"]
        yield what, count, wrong


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _canonical(values: Any) -> bytes:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=0.0)


def _files(pack: Pack) -> tuple[int, list[str]]:
    told: dict[str, Any] = pack.json("pack.json").get("files", {})
    there = set(pack.names()) - set(_APART)
    wrong = [f"{one}: it is not there" for one in sorted(set(told) - there)]
    wrong += [f"{one}: nobody told of it" for one in sorted(there - set(told))]
    for name in sorted(there & set(told)):
        if _sha(pack.read(name)) != told[name]["sha256"]:
            wrong.append(f"{name}: it was changed")
    if _sha(pack.read("manifest.json")) != pack.json("pack.json").get("manifest"):
        wrong.append("manifest.json: it is not the manifest that was packed")
    return len(told), wrong


def _signatures(pack: Pack, key: str) -> tuple[int, list[str]]:
    signed = [(one, "manifest.json") for one in pack.json("signatures.json").get("signatures", [])]
    whole = pack.json("pack.signature.json")
    signed += [(whole, "pack.json")] if whole else []
    wrong = [each for one, name in signed for each in _signature(pack, one, name)]
    for name in ("manifest.json", "pack.json"):
        of = [one["key"] for one, what in signed if what == name]
        if key and not any(one.startswith(key) for one in of):
            wrong.append(f"{name}: the key {key} did not sign it")
    return len(signed), wrong


def _signature(pack: Pack, one: dict[str, str], name: str) -> list[str]:
    public = bytes.fromhex(one["public"])
    message = _canonical({"form": one["form"], "sha256": one["sha256"], "key": one["key"], "at": one["at"]})
    if _sha(pack.read(name)) != one["sha256"] or _sha(public)[:20] != one["key"]:
        return [f"{name}: the signature of key {one['key']} is of something else"]
    if not is_signed(public, bytes.fromhex(one["signature"]), message):
        return [f"{name}: the signature of key {one['key']} does not hold"]
    known = pack.json("keys.json").get("keys", {}).get(one["key"], {})
    since = known.get("revoked")
    if since and datetime.fromisoformat(one["at"]) >= datetime.fromisoformat(since):
        return [f"{name}: the key {one['key']} was revoked on {since}: {known.get('reason')}"]
    return []


def _ids(pack: Pack) -> tuple[int, list[str]]:
    figures: dict[str, Any] = pack.json("chains/figures.json")
    wrong = [
        f"figure {name} ({one['name']}@{one['period_label']}@{one['subject']})"
        for name, one in figures.items()
        if not one.get("withheld") and _sha(_canonical({part: one[part] for part in _CONTENT}))[:20] != name
    ]
    return len(figures) - _withheld(pack)[0], wrong


def _withheld(pack: Pack) -> tuple[int, list[str]]:
    figures: dict[str, Any] = pack.json("chains/figures.json")
    return sum(1 for one in figures.values() if one.get("withheld")), []


def _shown(pack: Pack) -> tuple[int, list[str]]:
    figures: dict[str, Any] = pack.json("chains/figures.json")
    shown: dict[str, Any] = pack.json("manifest.json").get("statement", {}).get("figures", {})
    wrong: list[str] = []
    for key, one in shown.items():
        row = figures.get(one["id"])
        if row is not None and row.get("withheld"):
            continue
        if one["id"] and (row is None or (row["value"], row["unit"]) != (one["value"], one["unit"])):
            wrong.append(f"figure {key}")
    return len(shown), wrong


def _tabled(pack: Pack) -> tuple[int, list[str]]:
    shown: dict[str, Any] = pack.json("manifest.json").get("statement", {}).get("figures", {})
    rows = {one["key"]: one for one in csv.DictReader(io.StringIO(pack.read("figures.csv").decode()))}
    told = {key: ("" if one["value"] is None else repr(float(one["value"])), one["unit"], one["id"])
            for key, one in shown.items()}  # fmt: skip
    said = {key: (repr(float(one["value"])) if one["value"] else "", one["unit"], one["id"])
            for key, one in rows.items()}  # fmt: skip
    return len(rows), [f"figure {key}" for key in sorted({*told, *said}) if told.get(key) != said.get(key)]


def _passed(pack: Pack) -> tuple[int, list[str]]:
    locked: list[Any] = pack.json("manifest.json").get("passed", [])
    told = pack.json("overrides.json").get("let_pass_for_the_edition")
    return len(locked), [] if told == locked else ["overrides.json: others than the manifest tells"]


def _leads(pack: Pack) -> tuple[int, list[str]]:
    figures: dict[str, Any] = pack.json("chains/figures.json")
    evidence: dict[str, Any] = pack.json("chains/evidence.json")
    gone = set(pack.json("manifest.json").get("rests", {}).get("gone", []))
    named = {key for one in figures.values() for key in one.get("inputs", [])} - gone
    wrong = [
        key
        for key in sorted(named)
        if not (key.removeprefix("figure:") in figures if key.startswith("figure:") else key in evidence)
    ]
    return len(named), wrong


def _evidence(pack: Pack) -> tuple[int, list[str]]:
    evidence: dict[str, Any] = pack.json("chains/evidence.json")
    rests: dict[str, Any] = pack.json("manifest.json").get("rests", {})
    whole = {key: one["content"] for key, one in evidence.items() if not one.get("shortened")}
    wrong = [key for key, one in whole.items() if _sha(_canonical(one)) != rests["evidence"].get(key)]
    wrong += [key for key, one in pack.json("factors.json").items() if rests["factors"].get(key) != one]
    return len(whole), wrong


def _related(
    pack: Pack, kind: str, check: Callable[[dict[str, Any], dict[str, Any], dict[str, Any]], bool]
) -> tuple[int, list[str]]:
    figures: dict[str, Any] = pack.json("chains/figures.json")
    evidence: dict[str, Any] = pack.json("chains/evidence.json")
    ids: list[str] = pack.json("chains/relations.json").get(kind, [])
    return len(ids), [f"figure {one}" for one in ids if not check(figures[one], figures, evidence)]


def _below(one: dict[str, Any], figures: dict[str, Any]) -> list[float]:
    keys = [key.removeprefix("figure:") for key in one["inputs"] if key.startswith("figure:")]
    return [figures[key]["value"] for key in keys]


def _summed(one: dict[str, Any], figures: dict[str, Any], _evidence: dict[str, Any]) -> bool:
    return _same(math.fsum(_below(one, figures)), one["value"])


def _multiplied(one: dict[str, Any], figures: dict[str, Any], evidence: dict[str, Any]) -> bool:
    (amount,) = _below(one, figures)
    (factor,) = [evidence[key]["content"]["value"] for key in one["inputs"] if key.startswith("factor:")]
    return _same(amount * factor, one["value"])


def _days(pack: Pack) -> tuple[int, list[str]]:
    figures: dict[str, Any] = pack.json("chains/figures.json")
    sums: dict[str, str] = pack.json("chains/relations.json").get("days", {})
    days: dict[str, list[tuple[str, float]]] = {}
    for line in pack.read("readings/days.csv").decode().splitlines()[1:]:
        meter, start, value = line.rsplit(",", 3)[:3]
        days.setdefault(meter.strip('"'), []).append((start, float(value)))
    wrong: list[str] = []
    for name, meter in sums.items():
        first, last = figures[name]["period"]
        total = math.fsum(value for start, value in days.get(meter, []) if first <= start < last)
        if not _same(total, figures[name]["value"]):
            wrong.append(f"figure {name}: meter {meter}")
    return len(sums), wrong


def _entries(pack: Pack) -> tuple[int, list[str]]:
    told: list[dict[str, Any]] = pack.json("entries.json").get("entries", [])
    locked = {(one["kind"], one["entry"], one["version"]): one["hash"] for one in _locked(pack)}
    wrong: list[str] = []
    for one in told:
        content = [one["kind"], one["entry"], one["body"], one["document"]]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        own = _sha(text.encode())[:40]
        if own != one["hash"] or locked.get((one["kind"], one["entry"], one["version"])) != own:
            wrong.append(f"{one['kind']} '{one['entry']}'")
    wrong += [f"{kind} '{entry}': it is not there" for kind, entry, _ in sorted(
        set(locked) - {(one["kind"], one["entry"], one["version"]) for one in told}
    )]  # fmt: skip
    return len(told), wrong


def _locked(pack: Pack) -> list[dict[str, Any]]:
    return pack.json("manifest.json").get("rests", {}).get("entries", [])


def _traced(pack: Pack, key: str) -> Iterator[str]:
    figures: dict[str, Any] = pack.json("chains/figures.json")
    evidence: dict[str, Any] = pack.json("chains/evidence.json")
    shown: dict[str, Any] = pack.json("manifest.json").get("statement", {}).get("figures", {})
    start = shown[key]["id"] if key in shown else key
    waiting = [(0, f"figure:{start}")]
    seen: set[str] = set()
    while waiting:
        depth, name = waiting.pop()
        one: dict[str, Any] = figures.get(name.removeprefix("figure:"), {})
        told: dict[str, Any] = evidence.get(name, {}).get("content", {})
        said = _line(one) if one else ", ".join(f"{part}: {each}" for part, each in _plain(told))
        yield f"{'  ' * depth}{name}  {said}"
        if name not in seen:
            waiting += [(depth + 1, each) for each in reversed(one.get("inputs", []))]
        seen.add(name)


def _line(one: dict[str, Any]) -> str:
    if one.get("withheld"):
        return str(one["withheld"])
    return f"{one['name']}@{one['period_label']}@{one['subject']} = {one['value']} {one['unit']}, {one['method']}"


def _plain(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((part, each) for part, each in told.items() if not isinstance(each, list | dict))


def main(arguments: list[str] | None = None) -> int:
    """Check a pack, say what was found: 0 where all holds, 1 where something does not, 3 where nobody signed."""
    asked = argparse.ArgumentParser(description="Check an assurance pack.")
    asked.add_argument("pack", nargs="?", type=Path, default=Path(__file__).parent, help="folder or zip")
    asked.add_argument("--key", default="", help="id of the key that must have signed")
    asked.add_argument("--trace", default="", help="show what a figure rests on: scope2.location@2025")
    said = asked.parse_args(arguments)
    pack = Pack(said.pack)
    if said.trace:
        sys.stdout.writelines(f"{line}\n" for line in _traced(pack, said.trace))
        return 0
    broken = 0
    for what, count, wrong in checked(pack, said.key):
        broken += len(wrong)
        sys.stdout.write(f"{'FAIL' if wrong else 'ok  '} {count} {what}\n")
        sys.stdout.writelines(f"     {one}\n" for one in wrong)
    return _ended(pack, broken)


def _ended(pack: Pack, broken: int) -> int:
    """Say who signed what, and whether the pack holds."""
    of_report = ", ".join(one["key"] for one in pack.json("signatures.json").get("signatures", [])) or "nobody"
    whole: str = pack.json("pack.signature.json").get("key", "")
    sys.stdout.write(f"the report is signed by: {of_report}\n")
    sys.stdout.write(f"the pack is signed by: {whole or 'nobody'}; compare with the key that the organisation gives\n")
    if broken:
        sys.stdout.write("the pack does not hold\n")
        return 1
    if not whole:
        sys.stdout.write(
            "the pack agrees with itself; nobody signed it, so that anybody could have written all of it\n"
        )
        return 3
    sys.stdout.write("the pack holds\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
