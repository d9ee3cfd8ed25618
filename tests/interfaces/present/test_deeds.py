"""Every deed that is noted anywhere has a name in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import wattstone
from wattstone.interfaces.present.deeds import deed_name

NOTING = {"note", "note_in", "_note"}


def deeds() -> Iterator[str]:
    """What is noted, by the words that stand at the calls; of functions with several words, the deed is the first."""
    for path in sorted(Path(wattstone.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args) if name in NOTING:
                    said = [one.value for one in args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                    yield from said[:1]
                case ast.Call(func=ast.Attribute(attr="add_programme_entries") | ast.Name(id="Said"), keywords=named):
                    for one in named:
                        if one.arg == "what" and isinstance(one.value, ast.Constant):
                            yield str(one.value.value)
                case _:
                    pass


def test_every_deed_has_its_chinese() -> None:
    known = set(deeds())

    assert {"own factors", "refused", "send alert again", "restore", "import entries", "withdraw entry"} <= known
    assert {one for one in known if deed_name(one, "zh") == one} == set()
