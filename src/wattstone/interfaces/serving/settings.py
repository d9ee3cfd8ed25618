"""Settings of a server: `ROOT/server.toml`, and `WATTSTONE_...` in the environment, which goes before. Nothing secret.

`WATTSTONE_ADDRESS` is `address`, `WATTSTONE_MAIL_HOST` is `host` in `[mail]`, and so on: the table's name and the
key's, joined by `_`. Lists are divided by commas. Secrets have no place in the file: they are read from the
environment (`WATTSTONE_MAIL_PASSWORD`, `WATTSTONE_OIDC_SECRET`), or from a file that `..._FILE` names.
"""

import copy
import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from wattstone.base import Finding, InputRefused
from wattstone.workflows.access import Role

__all__ = ["FILE", "Keep", "Limits", "Mail", "Oidc", "Passwords", "Settings", "read_settings", "secret"]

FILE = "server.toml"
PREFIX = "WATTSTONE_"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Table):
    """How much may be asked for.

    Parameters
    ----------
    requests : float
        Steadily, by one session or key; ten times as many by one address. [s-1]
    burst : int
        At once, above that.
    sign_in : int
        Attempts to sign in from one address that may fail before each one more doubles the wait.
    body_mb : float
        Of any request but an upload. [MB]
    upload_mb : float
        Of an upload. [MB]
    """

    requests: float = Field(default=20.0, gt=0)
    burst: int = Field(default=120, gt=0)
    sign_in: int = Field(default=60, gt=0)
    body_mb: float = Field(default=2.0, gt=0)
    upload_mb: float = Field(default=2048.0, gt=0)

    @property
    def largest(self) -> int:
        """Of an upload. [bytes]"""
        return int(self.upload_mb * 1e6)


class Mail(_Table):
    """How mail is sent; the password is `WATTSTONE_MAIL_PASSWORD`."""

    host: str | None = None
    port: int = Field(default=587, gt=0, lt=65536)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    sender: str | None = None


class Oidc(_Table):
    """Signing in at an identity provider (OpenID Connect); the client's secret is `WATTSTONE_OIDC_SECRET`.

    Parameters
    ----------
    issuer, client_id : str or None
        As the provider names them; without them nobody signs in this way.
    name : str
        On the button.
    scopes : tuple of str
        Asked for.
    domains : tuple of str
        Addresses of which domains may sign in; any, where empty.
    link_by_email : bool
        Whether an account of the same verified address is the same person.
    create : bool
        Whether somebody without an account or an invitation gets one.
    claim : str or None
        The claim that holds groups or roles.
    roles : mapping of str to Role
        Role by value of that claim, in `tenant`.
    tenant : str or None
        The organisation in which that gives roles.
    """

    issuer: str | None = None
    client_id: str | None = None
    name: str = "Single sign-on"
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    domains: tuple[str, ...] = ()
    link_by_email: bool = True
    create: bool = False
    claim: str | None = None
    roles: dict[str, Role] = Field(default_factory=dict[str, Role])
    tenant: str | None = None

    @property
    def used(self) -> bool:
        """Whether it is set up."""
        return bool(self.issuer and self.client_id)


class Passwords(_Table):
    """What a password's hash costs, as argon2id takes it (RFC 9106, second recommended option), and its length."""

    time_cost: int = Field(default=3, ge=1)
    memory_kib: int = Field(default=65536, ge=8)
    lanes: int = Field(default=4, ge=1)
    length: int = Field(default=12, ge=8)


class Keep(_Table):
    """How long what is over is kept; the audit log is kept for good.

    Parameters
    ----------
    jobs : int
        Jobs that have ended. [days]
    alerts : int
        Alerts that are over or acknowledged, and who was told of them. [days]
    """

    jobs: int = Field(default=90, ge=1)
    alerts: int = Field(default=365, ge=1)


class Settings(_Table):
    """Settings of a server.

    Parameters
    ----------
    address : str
        As people type it: `https://energy.example.org`.
    hosts : tuple of str
        Further names under which it answers.
    proxies : tuple of str
        Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    """

    address: str = "http://localhost:8000"
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    limits: Limits = Limits()
    mail: Mail = Mail()
    oidc: Oidc = Oidc()
    passwords: Passwords = Passwords()
    keep: Keep = Keep()

    @field_validator("address")
    @classmethod
    def _origin(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.username:
            raise ValueError("must be http(s)://HOST[:PORT] and nothing else")
        return address.rstrip("/")

    @field_validator("proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for one in proxies:  # what is none would be believed by nobody, and not be told of
            ip_network(one)
        return proxies

    @property
    def host(self) -> str:
        """The host of the address, without the port."""
        return urlsplit(self.address).hostname or "localhost"

    @property
    def https(self) -> bool:
        """Whether people come by https."""
        return self.address.startswith("https://")

    @property
    def loopback(self) -> bool:
        """Whether the address is this machine's own."""
        if self.host in _LOOPBACK:
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies travel by https alone: always, but for plain http on the machine itself."""
        return self.https or not self.loopback


def read_settings(root: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of a server.

    Parameters
    ----------
    root : pathlib.Path
        The served folder; `server.toml` in it need not exist.
    environment : mapping or None
        That of the process where None.

    Raises
    ------
    InputRefused
        Naming every setting that cannot be used.
    """
    path, values = root / FILE, cast("dict[str, Any]", {})
    if path.is_file():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputRefused([_finding(path, "it is not TOML: " + str(error))]) from error
    overlaid = _overlay(values, os.environ if environment is None else environment)
    try:
        return Settings.model_validate(overlaid)
    except ValidationError as error:
        found = [(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors(include_input=False)]
        raise InputRefused([_finding(path, f"{name}: {why}") for name, why in found]) from None


def _overlay(values: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The file's values with those of the environment in their place."""
    held: dict[str, Any] = copy.deepcopy(dict(values))
    for name, declared in Settings.model_fields.items():
        table: Any = declared.annotation
        if isinstance(declared.default, _Table):
            for key, one in table.model_fields.items():
                _put(held.setdefault(name, {}), key, one.annotation, environment.get(f"{PREFIX}{name}_{key}".upper()))
        else:
            _put(held, name, table, environment.get(f"{PREFIX}{name}".upper()))
    return held


def _put(held: dict[str, Any], key: str, annotation: object, text: str | None) -> None:
    if text is not None and "dict" not in str(annotation):
        held[key] = tuple(one.strip() for one in text.split(",") if one.strip()) if "tuple" in str(annotation) else text


def secret(name: str, environment: Mapping[str, str] | None = None) -> str | None:
    """A secret from the environment, or from the file that NAME_FILE names; None where there is neither.

    Parameters
    ----------
    name : str
        As `WATTSTONE_OIDC_SECRET`.
    environment : mapping or None
        That of the process where None.
    """
    held = os.environ if environment is None else environment
    if value := held.get(name):
        return value
    path = held.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else None


def _finding(path: Path, why: str) -> Finding:
    return Finding(
        code="server.settings",
        place=str(path),
        found="a setting cannot be used: {why}",
        params={"why": why},
        expected="the settings that the reference of server.toml lists",
        remedy="correct it in the file, or in the environment variable of its name",
    )
