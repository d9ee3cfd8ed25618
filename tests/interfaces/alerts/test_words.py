"""What an alert says, in the language of whoever reads it."""

from types import SimpleNamespace

from wattstone.interfaces.alerts import alert_sentence


def failed(kind: str, error: str) -> SimpleNamespace:
    return SimpleNamespace(kind="job.failed", site=None, facts={"job": "j", "job_kind": kind, "error": error})


def test_a_reason_that_was_kept_in_english_is_not_told_to_who_reads_another_language() -> None:
    alert = failed("replay", "it reaches from May to June, and July is asked for")

    assert alert_sentence(alert, "en").startswith("The job 'Run the plant's past' failed: it reaches from May")
    assert alert_sentence(alert, "zh") == "任务“重演冷热站历史”失败；原因见任务页面"


def test_a_reason_that_has_words_of_the_language_is_told_in_them() -> None:
    assert alert_sentence(failed("plan", "the database did not answer"), "zh").startswith("任务“制定日计划”失败：")
    assert "database" not in alert_sentence(failed("plan", "the database did not answer"), "zh")
