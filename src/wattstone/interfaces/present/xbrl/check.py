"""Whether a report in inline XBRL is valid: Arelle looks at it, in a process of its own and without a network."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from wattstone.base import Finding
from wattstone.interfaces.present.languages import mark
from wattstone.interfaces.present.xbrl.check_words import EXPECTED, REMEDIES, family
from wattstone.interfaces.present.xbrl.filing import filing_rules

__all__ = ["validate"]

_CHILD: Final = Path(__file__).with_name("arelle_child.py")
_SECONDS: Final = 300
_LARGEST: Final = 2 * 1024**3  # bytes that a package may come to when it is unpacked
_SHOWN: Final = 200  # findings; what is wrong a thousand times is one mistake
_ENDINGS: Final = (".xbri", ".xbr", ".zip", ".xhtml", ".html", ".htm", ".xbrl")
_DOCUMENTS: Final = (".xhtml", ".html", ".htm", ".xbrl")


def validate(path: Path, packages: Sequence[Path] = ()) -> tuple[Finding, ...]:
    """What is wrong with a report; nothing where it is valid.

    XML schema, XBRL 2.1, dimensions, inline XBRL, units of the registry, sums (Calculations 1.1, rounded) and facts
    that contradict each other are looked at by Arelle; the rules of those who take reports in, beside it. Nothing is
    fetched: what is neither in the report, in the packages nor among the standard files that Arelle carries is missing,
    and a finding says so.

    Parameters
    ----------
    path : Path
        A report package (`.xbri`, `.zip`), a folder with one, or an inline document.
    packages : sequence of Path
        Taxonomy packages that the report refers to.

    Returns
    -------
    tuple of Finding
        A report without an error is valid; a warning is what those who take reports in advise against.
    """
    wrong = tuple(one for each in (path, *packages) if (one := _unfit(each)) is not None)
    if wrong:
        return wrong
    with tempfile.TemporaryDirectory(prefix="wattstone-xbrl-") as held:
        folder = Path(held)
        entry = _entry(path.resolve(), folder)
        if entry is None:
            return (_no_report(path),)
        home = folder / "home"
        home.mkdir()
        return _looked(entry, [one.resolve() for one in packages], home, path.name)


def _unfit(path: Path) -> Finding | None:
    if not path.exists():
        return _no_report(path)
    if path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as held:
            if sum(one.file_size for one in held.infolist()) > _LARGEST:
                return Finding(
                    code="xbrl.too_large", place=path.name, found=mark("the package is larger than {limit} unpacked"),
                    expected=mark("a smaller package"), remedy=mark("give the package that its publisher issued"),
                    params={"limit": "2 GB"},
                )  # fmt: skip
    return None


def _no_report(path: Path) -> Finding:
    return Finding(
        code="xbrl.no_report", place=path.name, found=mark("there is no report here"),
        expected=mark("a report package (.xbri or .zip), a folder with one, or an inline document (.xhtml)"),
        remedy=mark("make one: wattstone disclose build --format ixbrl"),
    )  # fmt: skip


def _entry(path: Path, folder: Path) -> Path | None:
    """What Arelle is to open: a folder with a package is packed first."""
    if path.is_file():
        return path if path.suffix.lower() in _ENDINGS else None
    tops = [path, *sorted(one for one in path.iterdir() if one.is_dir())]
    top = next((one for one in tops if (one / "META-INF" / "reportPackage.json").is_file()), None)
    if top is None:
        return next((one for one in sorted(path.rglob("*")) if one.suffix.lower() in _DOCUMENTS), None)
    packed = folder / "report.xbri"
    with zipfile.ZipFile(packed, "w") as held:
        for one in sorted(top.rglob("*")):
            if one.is_file() and not one.is_symlink():
                held.write(one, f"report/{one.relative_to(top).as_posix()}")
    return packed


def _looked(entry: Path, packages: Sequence[Path], home: Path, name: str) -> tuple[Finding, ...]:
    asked = {"path": str(entry), "packages": [str(one) for one in packages], "home": str(home)}
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours, and nothing of what is asked on its line
            [sys.executable, "-I", str(_CHILD)], input=json.dumps(asked), capture_output=True, text=True,
            encoding="utf-8", timeout=_SECONDS, check=False, cwd=home, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return (_stopped(name, f"{_SECONDS} s"),)
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        return (_stopped(name, (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]),)
    arelle, rules = tuple(_findings(said, name))[:_SHOWN], tuple(filing_rules(said["stands"], name))[:_SHOWN]
    return (*arelle, *rules)


def _stopped(name: str, why: str) -> Finding:
    return Finding(
        code="xbrl.stopped", place=name, found=mark("Arelle ended without an answer: {why}"),
        expected=mark("a report that can be read to its end"),
        remedy=mark("install wattstone[disclosure]; if it is there, try the report without packages"),
        params={"why": why},
    )  # fmt: skip


def _findings(said: dict[str, Any], name: str) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for one in said["messages"]:
        if (one["code"], one["text"]) in seen:
            continue
        seen.add((one["code"], one["text"]))
        kind = family(one["code"])
        yield Finding(
            code=f"xbrl.{kind}", place=_place(one, name), found=mark("Arelle says {code}: {message}"),
            expected=EXPECTED[kind], remedy=REMEDIES[kind],
            params={"code": one["code"], "message": " ".join(one["text"].split())[:500]},
        )  # fmt: skip
    if said["refused"]:
        yield Finding(
            code="xbrl.outside", place=name, found=mark("something of it was to be fetched from a network: {what}"),
            expected=EXPECTED["missing"], remedy=REMEDIES["missing"], params={"what": said["refused"][0]},
        )  # fmt: skip


def _place(one: dict[str, Any], name: str) -> str:
    for place in one["places"]:
        if place["file"] and place["line"]:
            return f"{Path(place['file']).name}, line {place['line']}"
    return next((Path(place["file"]).name for place in one["places"] if place["file"]), name)
