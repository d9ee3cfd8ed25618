"""What the state of a contract is called: one that is kept is never called as what was turned away."""

import pytest

from wattstone.interfaces.present.contract_words import STATES, state_name


@pytest.mark.parametrize(("lang", "said"), [("en", "carries no claim"), ("zh", "不能用于主张")])
def test_a_contract_that_was_kept_is_not_called_refused(lang: str, said: str) -> None:
    assert state_name("refused", lang) == said  # type: ignore[arg-type]
    assert not any("refused" in state_name(one, "en") for one in STATES)
