"""Every word that the product says: of modules by the calls in them, of templates by the extraction of Babel."""

import ast
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract

import wattstone

Message = str | tuple[str, str]
"""A text, or the pair of them where a number chooses."""

ROOT = Path(wattstone.__file__).parent
_KEYWORDS = {"t": None, "n": (1, 2)}


@cache
def of_modules() -> dict[Message, str]:
    """Messages of every module that says or marks some, and the first module of each.

    The calls are read from the syntax tree: unlike the extraction of Babel, that finds those within f-strings, and
    those said in one go, as `translator(lang)("...")`.
    """
    paths = sorted([*(ROOT / "interfaces").rglob("*.py"), *(ROOT / "workflows").rglob("*.py")])
    return {
        message: path.relative_to(ROOT).as_posix()
        for path in reversed(paths)
        for message in _called(ast.parse(path.read_text("utf-8")))
    }


def of_templates() -> dict[Message, str]:
    """Messages of every template, and the first template of each."""
    found: dict[Message, str] = {}
    for path in sorted((ROOT / "interfaces").rglob("*.j2"), reverse=True):
        source, silent = io.BytesIO(path.read_bytes()), {"silent": "false"}
        for _, said, _, _ in extract("jinja2.ext:babel_extract", source, keywords=_KEYWORDS, options=silent):
            found[said if isinstance(said, str) else (said[0], said[1])] = path.relative_to(ROOT).as_posix()
    return found


def _called(module: ast.Module) -> Iterator[Message]:
    for call in ast.walk(module):
        match call:
            case (
                ast.Call(func=ast.Name(id="t" | "mark"), args=[said, *_])
                | ast.Call(func=ast.Call(func=ast.Name(id="translator")), args=[said, *_])
            ):
                yield from _constants(said)
            case (
                ast.Call(func=ast.Name(id="n"), args=[one, several, *_])
                | ast.Call(func=ast.Call(func=ast.Name(id="counter")), args=[one, several, *_])
            ):
                yield from zip(_constants(one), _constants(several), strict=True)
            case _:
                pass


def _constants(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _constants(one)
            yield from _constants(other)
        case _:
            pass
