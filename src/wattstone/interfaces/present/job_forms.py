"""Forms of words whose values stand in them already: why a job failed, and why a value of a form cannot be used."""


def mark(message: str) -> str:
    """Name a message that is translated where it is shown."""
    return message


ENDS = (
    mark("the organisation is no longer served here"),
    mark("whoever asked for it has no role in the organisation any more"),
    mark("the account or key that asked for it is gone"),
    mark("the key that asked for it has expired"),
    mark("whoever made the key that asked for it is gone"),
    mark("whoever made the key that asked for it has no role in the organisation any more"),
    mark("it took longer than {amount} hours and was stopped"),
    mark("it ended without a word"),
    mark("the database did not answer"),
    mark("the process of the job ended by signal {count}"),
    mark("the process of the job ended with exit code {count}"),
    mark("The process that ran it stopped answering three times. Look at its log, mend the cause, then try again."),
)
"""Why a job failed, where its input was not refused."""

UNFIT = (
    mark("name a limit: above, below or both"),
    mark("`below` has to be less than `above`"),
    mark("Field required"),
    mark("Extra inputs are not permitted"),
    mark("Input should be a valid integer, unable to parse string as an integer"),
    mark("Input should be a valid integer, got a number with a fractional part"),
    mark("Input should be a valid integer"),
    mark("Input should be a valid number, unable to parse string as a number"),
    mark("Input should be a valid number"),
    mark("Input should be a finite number"),
    mark("Input should be a valid string"),
    mark("Input should be a valid tuple"),
    mark("Input should be a valid boolean, unable to interpret input"),
    mark("Input should be a valid datetime or date, {rest}"),
    mark("Input should be a valid date or datetime, {rest}"),
    mark("Input should be greater than or equal to {least}"),
    mark("Input should be less than or equal to {most}"),
    mark("Input should be greater than {bound}"),
    mark("Input should be less than {bound}"),
    mark("String should have at most {most} characters"),
    mark("String should have at least {least} characters"),
    mark("String should have at least {least} character"),
    mark("String should match pattern '{pattern}'"),
    mark("it does not have the form that is asked for"),
    mark("Value error, {why}"),
    mark("Input should be {choices}"),
)
"""Why a value cannot be used, as the declaration of its field says it; the general last."""
