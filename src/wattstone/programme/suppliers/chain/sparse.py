"""Scipy's sparse arrays, loaded when they are needed: their import is heavy, and their stubs leave most unknown."""

from functools import cache
from importlib import import_module
from typing import Any

__all__ = ["Matrix", "graphs", "solvers", "sparse"]

Matrix = Any
"""A sparse array."""


@cache
def sparse() -> Any:
    """`scipy.sparse`."""
    return import_module("scipy.sparse")


@cache
def graphs() -> Any:
    """`scipy.sparse.csgraph`."""
    return import_module("scipy.sparse.csgraph")


@cache
def solvers() -> Any:
    """`scipy.sparse.linalg`."""
    return import_module("scipy.sparse.linalg")
