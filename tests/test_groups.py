"""Tests that share what is made once run on one worker."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = """
import pytest
@pytest.fixture(scope="module")
def made():
    return 1
@pytest.mark.parametrize("number", range(6))
def test_shares(made, number):
    pass
"""
NAMED = """
import pytest
pytestmark = pytest.mark.xdist_group("one of its kind")
@pytest.mark.parametrize("number", range(3))
def test_named(number):
    pass
"""


def test_what_is_shared_keeps_tests_together(tmp_path: Path) -> None:
    for name, text in {"test_a": SHARED, "test_b": SHARED, "test_c": NAMED, "test_d": NAMED}.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    words = ["-n", "2", "--dist", "loadgroup", "-p", "xdist", "-p", "tests.groups", "-p", "no:cacheprovider", "-v"]
    run = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", ".", *words, str(tmp_path)]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(run, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
    ran = re.findall(r"\[(gw\d)\].* PASSED \S*(test_\w)\.py::", done.stdout)
    workers = {name: {worker for worker, of in ran if of == name} for _, name in ran}

    assert len(ran) == 18, done.stdout + done.stderr
    assert [len(workers[name]) for name in sorted(workers)] == [1, 1, 1, 1]
    assert workers["test_c"] == workers["test_d"]
    assert workers["test_a"] != workers["test_b"]
