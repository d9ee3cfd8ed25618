"""What a job is: a kind with its parameters, the word it gives on its way, and what comes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from wattstone.base import Finding, WattstoneError
from wattstone.workflows.access.policy import Act
from wattstone.workflows.workspace import Workspace

__all__ = ["Kind", "Link", "Outcome", "Params", "Said", "Stopped", "Tell"]

Tell = Callable[[str, int, int | None], None]
"""How far a job is: `tell(what, done, total)`, as `workflows.ingest.Progress`. Each call is a place where the job may
be stopped: it raises `Stopped` if somebody asked for that. Call it often, and where nothing is half done."""


class Stopped(WattstoneError):
    """Somebody asked that the job be stopped, or the server is being stopped."""


class Params(BaseModel):
    """What a job is asked to do. The API, the forms and the command line read this one declaration."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Asked = TypeVar("Asked", bound=Params)


@dataclass(frozen=True)
class Said:
    """A sentence on what was done, to be said in any language.

    Parameters
    ----------
    text : str
        English message, as `{source}: taken in before.`, named by `mark`.
    params : mapping
        Values of its fields; JSON values.
    several : str or None
        The message for several things, where the sentence counts; `{count}` is the number.
    count : int or None
        How many.
    """

    text: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    several: str | None = None
    count: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        held: dict[str, Any] = {"text": self.text, "params": dict(self.params)}
        return held if self.several is None else {**held, "several": self.several, "count": self.count}


@dataclass(frozen=True)
class Link:
    """Where to go on.

    Parameters
    ----------
    path : str
        Below the organisation's pages, as `report/inventory?year=2023` or `documents/ID`; never with a leading slash.
    label : str
        English message, named by `mark`.
    """

    path: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a job.

    Parameters
    ----------
    message : sequence of Said
        What was done, in a few sentences.
    documents : sequence of str
        Ids of the documents that it stored.
    links : sequence of Link
        Where its results are shown.
    findings : sequence of Finding
        Warnings.
    data : mapping
        More for machines, as the command's `--json`; JSON values.
    """

    message: Sequence[Said] = ()
    documents: Sequence[str] = ()
    links: Sequence[Link] = ()
    findings: Sequence[Finding] = ()
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def as_dict(self) -> dict[str, Any]:
        """JSON values, as the queue keeps them as the job's result; findings are kept beside."""
        return {
            "message": [one.as_dict() for one in self.message],
            "documents": list(self.documents),
            "links": [{"path": one.path, "label": one.label} for one in self.links],
            "data": dict(self.data),
        }


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[Asked]):
    """A kind of job.

    Parameters
    ----------
    name : str
        As `ingest`; stands in the queue and in addresses.
    title : str
        English message, named by `mark`: `Take readings in`.
    act : Act
        What whoever asks for it must be allowed to do.
    params : type of Params
        What it is asked.
    run : callable
        `run(workspace, params, tell) -> Outcome`. The workspace is guarded: it shows and takes what the asker may see
        and do (`workspace.actor`). Refuses bad input by `InputRefused`: the job fails with these findings and is not
        tried again. It must be safe to run twice, for a job whose process died is tried again. Its module is imported
        by every process of the server: import heavy things inside the function.
    writes : bool
        Whether it writes to the workspace; of these one at a time runs in an organisation.
    """

    name: str
    title: str
    act: Act
    params: type[Asked]
    run: Callable[[Workspace, Asked, Tell], Outcome]
    writes: bool = True
