"""A simulated baseline is looked up, and read back the same."""

from datetime import date

import numpy as np
from numpy.testing import assert_array_equal

from wattstone.baselines.archive import from_json
from wattstone.baselines.simulated import Simulated
from wattstone.baselines.timeline import hours_of

DAY = hours_of(date(2024, 1, 1), date(2024, 1, 2), "UTC")


def test_what_the_simulation_does_not_say_is_not_known():
    use = np.arange(24.0)[None, :]
    use[0, 3] = np.nan
    model = Simulated(DAY.start[:24], use)

    assert_array_equal(model.predict(DAY.take(slice(2, 26))), [[2.0, np.nan, *range(4, 24), np.nan, np.nan]])
    assert_array_equal(from_json(model.to_json(0)).predict(DAY), model.predict(DAY))
    assert_array_equal(Simulated(DAY.start[:0], np.zeros((1, 0))).predict(DAY), np.full((1, 48), np.nan))
