"""Every worked case holds: the repository's own, or those of `pytest --cases FOLDER`."""

import os
from pathlib import Path

import pytest

from tests.cases.check import deviations
from tests.cases.form import FILE, read_case
from tests.cases.run import DATA, run_case
from wattstone.base import InputRefused


def test_case(case_folder: Path, tmp_path: Path) -> None:
    try:
        case = read_case(case_folder)
    except InputRefused as refusal:
        pytest.fail(str(refusal), pytrace=False)
    if "{data}" in (case_folder / FILE).read_text(encoding="utf-8") and not DATA.is_dir():
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("the real data sets (../shared/data) are missing beside the repository", pytrace=False)
        pytest.skip("the real data sets are not beside the repository")
    try:
        outcomes = run_case(case, case_folder, tmp_path)
    except (AssertionError, ValueError) as error:
        pytest.fail(f"{case.case.name}: {error}", pytrace=False)
    told = deviations(case, outcomes, folder=case_folder, tmp=tmp_path)
    if told:
        pytest.fail("\n".join([f"{case.case.name} (expected values from: {case.case.source})", *told]), pytrace=False)
