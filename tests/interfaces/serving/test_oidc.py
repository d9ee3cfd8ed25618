"""Signing in at an identity provider, with a real one on loopback, and all that it may do wrong."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.interfaces.serving.browser import Browser
from tests.interfaces.serving.conftest import CHEAP, application, client_of
from tests.interfaces.serving.identity_provider import CLIENT, SECRET, IdentityProvider, serving
from wattstone.interfaces.serving.service import Service, open_service
from wattstone.interfaces.serving.settings import Oidc, Settings, read_settings
from wattstone.workflows.access import Role

ADA = {"email": "ada@example.org", "email_verified": True, "name": "Ada", "groups": ["energy"]}


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    """A provider, served."""
    yield from serving(IdentityProvider())


@pytest.fixture
def provider(running: IdentityProvider) -> IdentityProvider:
    """The same, as it should be."""
    running.wrong, running.person = "", dict(ADA)
    return running


@pytest.fixture
def service(root: Path, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A server whose people sign in there."""
    monkeypatch.setenv("WATTSTONE_OIDC_SECRET", SECRET)
    oidc = Oidc(
        issuer=provider.issuer, client_id=CLIENT, create=True, claim="groups",
        roles={"energy": Role.ANALYST}, tenant="north",
    )  # fmt: skip
    held = open_service(root, Settings(address="http://localhost", passwords=CHEAP, oidc=oidc))
    yield held
    held.close()


@pytest.fixture
def browser(service: Service) -> Browser:
    """A browser without cookies."""
    return client_of(application(service))


def there(browser: Browser, onward: str = "/o/north/sites") -> str:
    """Go to the provider; the address to which it sends the browser back."""
    begun = browser.get("/sign-in/oidc", params={"next": onward})
    assert begun.status_code == 303, begun.text
    answer = httpx.get(begun.headers["location"])
    return answer.headers["location"].removeprefix("http://localhost")


def test_somebody_comes_in_with_the_role_of_their_group(browser: Browser, provider: IdentityProvider) -> None:
    back = browser.get(there(browser))

    assert (back.status_code, back.headers["location"]) == (303, "/o/north/sites")
    assert browser.get("/o/north/sites").json()["sites"] == ["north-a", "north-b"]
    assert browser.get("/o/south/sites").status_code == 404
    asked = provider.asked[-1]
    assert (asked["code_challenge_method"], asked["response_type"], asked["scope"]) == (
        "S256",
        "code",
        "openid email profile",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "nonce", "no nonce", "issuer", "audience", "authorised party", "expired", "no end", "no subject",
        "alg none", "symmetric", "key", "signature",
    ],
)  # fmt: skip
def test_a_word_that_does_not_hold_is_refused(
    browser: Browser, provider: IdentityProvider, service: Service, wrong: str
) -> None:
    provider.wrong = wrong

    back = browser.get(there(browser))

    assert back.status_code == 403
    assert browser.get("/o/north/sites").status_code == 401
    assert not service.server.people.any()
    last = service.server.audit.head()
    assert last is not None
    assert last.what == "sign-in refused"


@pytest.mark.parametrize("wrong", ["discovery", "unsafe keys"])
def test_a_provider_that_is_not_what_it_should_be_is_refused(
    browser: Browser, provider: IdentityProvider, wrong: str
) -> None:
    provider.wrong = wrong
    begun = browser.get("/sign-in/oidc")
    if begun.status_code == 403:
        return
    answer = httpx.get(begun.headers["location"])
    assert browser.get(answer.headers["location"].removeprefix("http://localhost")).status_code == 403


def test_an_answer_is_used_once(browser: Browser, service: Service) -> None:
    back = there(browser)
    cookies = httpx.Cookies(browser.cookies)

    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403
    again = client_of(application(service))
    again.cookies = cookies  # the cookie of the attempt, kept from before
    assert again.get(back).status_code == 403


def test_a_code_that_was_used_elsewhere_is_refused(browser: Browser, provider: IdentityProvider) -> None:
    back = there(browser)
    provider.codes.clear()

    assert browser.get(back).status_code == 403


def test_an_answer_of_another_attempt_or_another_browser_is_refused(browser: Browser, service: Service) -> None:
    attackers = there(browser)
    victim = client_of(application(service))
    assert victim.get(attackers).status_code == 403  # it began nothing

    mine = there(victim)
    code = parse_qs(urlsplit(attackers).query)["code"][0]
    state = parse_qs(urlsplit(mine).query)["state"][0]
    assert victim.get(f"/sign-in/oidc/return?code={code}&state={state}").status_code == 403  # another's verifier
    theirs = there(victim)
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    assert victim.get(f"/sign-in/oidc/return?code={code}&state=x").status_code == 403
    there(victim)
    assert victim.get("/sign-in/oidc/return?error=access_denied").status_code == 403
    later = there(victim)
    assert victim.get(f"{later}&iss=https%3A%2F%2Felsewhere.example").status_code == 403


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/\n/evil.example"]
)
def test_the_way_on_leads_nowhere_else(browser: Browser, onward: str) -> None:
    assert browser.get(there(browser, onward)).headers["location"] == "/"


def test_an_address_that_nobody_checked_links_to_no_account(
    browser: Browser, provider: IdentityProvider, service: Service
) -> None:
    service.server.people.add(name="Ada", email="ada@example.org")
    provider.person["email_verified"] = False

    assert browser.get(there(browser)).status_code == 403


def test_without_a_provider_there_is_no_such_page(root: Path) -> None:
    held = open_service(root, Settings(address="http://localhost", passwords=CHEAP))

    assert client_of(application(held)).get("/sign-in/oidc").status_code == 404
    held.close()


def test_settings_come_from_the_file_and_the_environment(tmp_path: Path) -> None:
    (tmp_path / "server.toml").write_text(
        'address = "https://energy.example.org"\n[oidc]\nissuer = "https://id"\ndomains = ["a.org"]\n'
        '[oidc.roles]\nstaff = "viewer"\n'
    )
    found = read_settings(
        tmp_path,
        {"WATTSTONE_OIDC_CLIENT_ID": "x", "WATTSTONE_OIDC_DOMAINS": "b.org, c.org", "WATTSTONE_LIMITS_BURST": "7"},
    )

    assert (found.oidc.issuer, found.oidc.client_id, found.oidc.domains) == ("https://id", "x", ("b.org", "c.org"))
    assert (found.limits.burst, found.oidc.roles, found.secure_cookies) == (7, {"staff": Role.VIEWER}, True)


@pytest.mark.parametrize(
    "text",
    [
        'address = "ftp://x"',
        'address = "https://x/path"',
        "unknown = 1",
        "[limits]\nburst = 0",
        "=",
        '[mail]\npassword = "x"',
        'proxies = ["proxy.example.org"]',
        'proxies = ["172.30.0.5/24"]',
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, text: str) -> None:
    from wattstone.base import InputRefused

    (tmp_path / "server.toml").write_text(text)
    with pytest.raises(InputRefused, match=r"server\.toml"):
        read_settings(tmp_path, {})
