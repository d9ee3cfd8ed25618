"""Methods by name."""

import pytest

from wattstone.base import WattstoneError
from wattstone.baselines.archive import from_json


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(WattstoneError, match="'oracle/1'"):
        from_json({"method": "oracle/1"})
