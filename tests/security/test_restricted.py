"""Somebody with a role at some sites: nothing of another site shows, wherever they look.

Everything that somebody with all of the organisation finds by following links is asked for by somebody who has one
site, or one space of it. No answer may hold a word that stands for the other site: its id and name, its meters and
spaces, the figures of the organisation, its documents, jobs, alerts and files.
"""

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpx
import pytest

from tests.security.restricted_house import API, PAGES, Asker, House

LINK = re.compile(r'(?:href|src|action|data-[a-z-]+)="([^"]+)"')
LEFT = re.compile(r"/events$|/sign-out|\.(pdf|png|svg|xlsx)(\?|$)|/files/(pdf|xlsx)|/me/keys$|[?&](lang|theme)=")
"""Never ends, ends all, or takes long: a drawing's CSV and specification hold what its picture does."""
TELLING = re.compile(
    r"/(settings|jobs|runs|documents|takeaways|evidence|alerts|audit|uploads|files|figures|export|data)"
)
LISTS = ("sites", "meters", "spaces", "measures", "documents", "jobs", "findings", "alerts", "figures")
ALIKE = 1  # addresses that differ in their names and parameters alone and are asked for


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    held = House(tmp_path_factory.mktemp("house"))
    yield held
    held.close()


@pytest.fixture(scope="module")
def addresses(house: House) -> list[str]:
    """What somebody with all of the organisation comes to."""
    walked = walk(house.asker("whole"), house.starts())
    found = "".join(text for _, text in walked.values())
    for word in ("Theirhouse", "Theirwing", "Theirlamps", "theirs-main", "theirs-flat", "theirs-log"):
        assert word in found, "what is looked for has to be there to be hidden"
    return list(walked)


def walk(asker: Asker, starts: list[str]) -> dict[str, tuple[int, str]]:
    """Follow links from some addresses; addresses that are alike a few times only."""
    todo, alike = deque(starts), dict[str, int]()
    found: dict[str, tuple[int, str]] = {}
    while todo:
        path = todo.popleft()
        form = shape(path)
        if path in found or LEFT.search(path) or alike.get(form, 0) >= ALIKE:
            continue
        alike[form] = alike.get(form, 0) + 1
        answer = asker.get(path)
        found[path] = (answer.status_code, told(answer))
        todo += links(path, answer)
    return found


def links(path: str, answer: httpx.Response) -> Iterator[str]:
    """Addresses of the organisation that an answer names."""
    kind = answer.headers.get("content-type", "")
    if "html" in kind:
        for one in LINK.findall(answer.text):
            address = urljoin(path, unescape(one)).partition("#")[0]
            if address.startswith((f"{PAGES}/", f"{API}/")):
                yield address
    listed = path.partition("?")[0]
    if "json" in kind and listed.rpartition("/")[2] in LISTS and answer.status_code == 200:
        for one in re.findall(r'"(?:id|key)":\s*"([^"]+)"', answer.text):
            yield f"{listed}/{quote(one, safe='')}"
            yield from (f"{listed}/{quote(one, safe='')}/{end}" for end in ("evidence", "content", "readings"))


def shape(path: str) -> str:
    """An address without what differs between two of a kind; either site counts for itself."""
    parts = urlsplit(unquote(path))
    named = "ours" if "ours" in path else "theirs" if "theirs" in path else ""
    bare = re.sub(r"[0-9a-f]{12,}|(?<=/)[^/]*[@:][^/]*|\d+", "*", parts.path)
    return f"{bare}?{','.join(sorted(one.partition('=')[0] for one in parts.query.split('&')))} {named}"


def told(answer: httpx.Response) -> str:
    """What an answer says, its headers and the names of files too, but not the address that was asked for."""
    head = " ".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "location")
    return head + "\n" + unescape(answer.text)


@pytest.mark.parametrize("who", ["analyst", "lodger", "administrator", "demoted"])
def test_nothing_of_another_site_shows(house: House, addresses: list[str], who: str) -> None:
    asker, words = house.asker(who), house.foreign()
    answers = walk(asker, house.starts()) if who == "analyst" else {}
    for path in addresses:
        if path not in answers and (who in ("analyst", "lodger") or TELLING.search(path)):
            answer = asker.get(path)
            answers[path] = answer.status_code, told(answer)

    leaks: list[str] = []
    for path, (code, text) in answers.items():
        asked = unquote(path)
        sought = [word for word in words if word not in asked] + (["theirs"] if "theirs" not in asked else [])
        leaks += [f"{code} {path}: {around(text, word)}" for word in sought if word in text]
        leaks += [f"{path}: {code}"] if code >= 500 else []
    assert leaks == []


def test_another_site_is_as_if_it_were_not_there(house: House, addresses: list[str]) -> None:
    asker = house.asker("administrator")
    named = [path for path in addresses if "theirs" in path]

    differ: list[str] = []
    for path in named:
        answer, nowhere = asker.get(path), asker.get(path.replace("theirs", "nobody"))
        if answer.status_code != nowhere.status_code:
            differ.append(f"{path}: {answer.status_code}, not {nowhere.status_code}")
    assert len(named) > 10
    assert differ == []


def test_who_listens_to_a_job_hears_no_more_of_it_without_its_sites(house: House) -> None:
    from types import SimpleNamespace

    from wattstone.interfaces.http.jobs import _still

    def hears(who: str) -> bool:
        here: Any = SimpleNamespace(service=house.service, principal=house.people[who])
        return _still(here, next(job for job in house.jobs if job.asked_by == house.people[who].id))

    assert hears("whole")
    assert not hears("demoted")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{API}/alert-rules", {"name": "all", "kind": "data.silent", "params": {}, "mail": ["e@example.org"]}),
        (f"{API}/webhooks", {"name": "all", "url": "https://example.org/hook"}),
        (f"{PAGES}/settings/alerts", None),
        (f"{PAGES}/settings/webhooks", None),
        (f"{PAGES}/settings/people", None),
    ],
)
def test_who_administers_one_site_has_nothing_sent_of_all(house: House, path: str, said: object) -> None:
    asker = house.asker("administrator")
    answer = asker.send("POST", path, json=said) if said else asker.send("POST", path, data={"kind": "data.silent"})

    assert answer.status_code in (403, 422)
    assert not house.service.server.alerts.rules("acme")
    assert not house.service.server.alerts.webhooks("acme")


def around(text: str, word: str) -> str:
    """A word with what stands beside it."""
    at = text.index(word)
    return repr(text[max(0, at - 90) : at + 60])
