"""The sentences of findings, wherever in the product they are written."""

import ast
from collections.abc import Iterator
from pathlib import Path

import wattstone

_SENTENCES = {"found", "expected", "remedy"}
_TABLES = {"_TEXTS", "_PROBLEMS", "_EXPECTED", "_UNSERVED", "texts", "remedies", "cases", "tests", "_GIVE"}
_ROOMS = {"detection", "dispatch", "equipment", "interfaces", "workflows"}
"""Rooms in which a helper's arguments are looked at too."""


def templates() -> dict[str, str]:
    """Every template of a finding, and the module that it is written in."""
    root = Path(wattstone.__file__).parent
    # How a formula is written stays English: its sentence is put together around a picture of the place.
    paths = [path for path in root.rglob("*.py") if path.name != "parser.py" and "present" not in path.parts]
    return {
        text: path.relative_to(root).as_posix()
        for path in sorted([*paths, root / "interfaces" / "present" / "fonts.py"])
        for text in _all(ast.parse(path.read_text("utf-8")), helpers=path.relative_to(root).parts[0] in _ROOMS)
    }


def _all(module: ast.Module, *, helpers: bool) -> Iterator[str]:
    yield from _of(module)
    if helpers:
        yield from _handed(module)


def _handed(module: ast.Module) -> Iterator[str]:
    """Sentences that are handed to a helper by their place, as `_finding(code, place, found, expected, remedy)`."""
    takes = {
        one.name: [argument.arg for argument in one.args.args]
        for one in ast.walk(module)
        if isinstance(one, ast.FunctionDef) and {*_SENTENCES, "texts"} & {argument.arg for argument in one.args.args}
    }
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in takes:
            for name, value in zip(takes[call.func.id], call.args, strict=False):
                if name in _SENTENCES:
                    yield from _texts(value, {})
                elif name == "texts" and isinstance(value, ast.Tuple):
                    yield from (text for one in value.elts for text in _texts(one, {}))


def _of(module: ast.Module) -> Iterator[str]:
    constants = {
        node.targets[0].id: node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(module):
        match node:
            case ast.keyword(arg=name, value=value) if name in _SENTENCES:
                yield from _texts(value, constants)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _TABLES:
                yield from (text for text in _constants(value) if " " in text or "{" in text)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name in _TABLES:
                yield from (text for text in _constants(value) if " " in text or "{" in text)
            case _:
                pass


def _texts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from _texts(one, constants)
            yield from _texts(other, constants)
        case ast.Name(id=name) if name in constants:
            yield from _texts(constants[name], {})
        case _:
            pass


def _constants(node: ast.expr) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
