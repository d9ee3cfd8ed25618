"""Signing in at an identity provider: OpenID Connect's code flow with PKCE, state and nonce [1]_.

What is asked and what comes back are bound to one browser by a cookie of ten minutes, and used once. The provider's
word is taken only with its signature by an asymmetric algorithm, for this client, for this attempt, and in time.

.. [1] N. Sakimura et al., "OpenID Connect Core 1.0 incorporating errata set 2," OpenID Foundation, 2023; and
   N. Sakimura et al., "Proof Key for Code Exchange by OAuth Public Clients," RFC 7636, 2015.
"""

import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from wattstone.base import WattstoneError
from wattstone.interfaces.serving.settings import Oidc
from wattstone.workflows.accounts.provider import Identity

__all__ = ["Attempt", "Distrusted", "Provider"]

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_PATIENCE = 10.0  # s
_HOLDS = 3600.0  # s for which what the provider says of itself is not asked for again
_LEEWAY = 60  # s by which clocks may differ
_LARGEST = 1_000_000  # bytes of an answer
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Distrusted(WattstoneError):
    """What came back from the provider is not what was asked for, or not signed as it has to be."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What one attempt has to come back with."""

    state: str
    nonce: str
    verifier: str
    next: str = "/"

    @classmethod
    def new(cls, onward: str) -> "Attempt":
        """With fresh secrets."""
        token = secrets.token_urlsafe
        return cls(state=token(32), nonce=token(32), verifier=token(48), next=onward)


class Provider:
    """An identity provider as its settings name it. Thread-safe.

    Parameters
    ----------
    settings : Oidc
        Issuer and client.
    secret : str or None
        Of the client.
    back : str
        The address to which the provider sends the browser back.
    """

    def __init__(self, settings: Oidc, secret: str | None, back: str) -> None:
        self._settings, self._secret, self._back = settings, secret, back
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def address(self, attempt: Attempt) -> str:
        """Where to send the browser."""
        from authlib.oauth2.rfc6749 import parameters
        from authlib.oauth2.rfc7636 import challenge

        grant, hashed = cast("Any", parameters).prepare_grant_uri, cast("Any", challenge).create_s256_code_challenge
        return grant(
            self._endpoint("authorization_endpoint"),
            self._settings.client_id,
            "code",
            redirect_uri=self._back,
            scope=" ".join(self._settings.scopes),
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=hashed(attempt.verifier),
            code_challenge_method="S256",
        )

    def identity(self, attempt: Attempt, answer: Mapping[str, str]) -> Identity:
        """Whoever has come back.

        Parameters
        ----------
        attempt : Attempt
            The one that this browser began.
        answer : mapping
            The query with which it came back.

        Raises
        ------
        Distrusted
            If anything does not fit.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise Distrusted("the answer belongs to another attempt")
        if answer.get("iss", self._issuer) != self._issuer:  # RFC 9207
            raise Distrusted("the answer comes from another provider")
        if "error" in answer or not answer.get("code"):
            raise Distrusted("the provider did not let them in")
        token = self._exchange(answer["code"], attempt)
        claims = self._claims(str(token.get("id_token", "")), attempt, str(token.get("access_token", "")))
        return Identity(
            issuer=self._issuer,
            subject=str(claims["sub"]),
            email=str(claims.get("email") or "").strip().lower(),
            verified=claims.get("email_verified") is True,
            name=str(claims.get("name") or ""),
            claims=claims,
        )

    @property
    def _issuer(self) -> str:
        return self._settings.issuer or ""

    def _exchange(self, code: str, attempt: Attempt) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self._back,
            "code_verifier": attempt.verifier, "client_id": self._settings.client_id or "",
        }  # fmt: skip
        if self._secret:
            form["client_secret"] = self._secret
        return self._ask("POST", self._endpoint("token_endpoint"), form)

    def _claims(self, id_token: str, attempt: Attempt, access_token: str) -> dict[str, Any]:
        from authlib.common.errors import AuthlibBaseError
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            token = self._decoded(id_token)
            claims: Any = CodeIDToken(
                token.claims,
                token.header,
                {"iss": {"essential": True, "value": self._issuer}, "aud": {"essential": True}},
                {"nonce": attempt.nonce, "client_id": self._settings.client_id, "access_token": access_token or None},
            )
            claims.validate(leeway=_LEEWAY)
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY, aud={"essential": True, "value": self._settings.client_id or ""},
                exp={"essential": True}, sub={"essential": True},
            ).validate(token.claims)  # fmt: skip
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise Distrusted(f"its word does not hold ({type(error).__name__})") from None
        if not hmac.compare_digest(str(token.claims.get("nonce", "")).encode(), attempt.nonce.encode()):
            raise Distrusted("its word is for another attempt")
        return dict(token.claims)

    def _decoded(self, id_token: str) -> Any:
        """The token with its signature checked; the keys are asked for anew once where none fits."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        for fresh in (False, True):
            keys = KeySet.import_key_set(cast("Any", self._document(self._endpoint("jwks_uri"), fresh=fresh)))
            try:
                return jwt.decode(id_token, keys, algorithms=list(_ALGORITHMS))
            except (JoseError, ValueError):
                if fresh:
                    raise
        raise AssertionError

    def _endpoint(self, name: str) -> str:
        about = self._document(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != self._issuer:
            raise Distrusted("the provider calls itself something else")
        address = str(about.get(name, ""))
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise Distrusted(f"the provider names no safe {name}")
        return address

    def _document(self, address: str, *, fresh: bool = False) -> dict[str, Any]:
        with self._lock:
            kept = self._kept.get(address)
        if kept is not None and not fresh and time.monotonic() - kept[0] < _HOLDS:
            return kept[1]
        found = self._ask("GET", address)
        with self._lock:
            self._kept[address] = (time.monotonic(), found)
        return found

    def _ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        import httpx

        try:
            with httpx.Client(timeout=_PATIENCE, follow_redirects=False, trust_env=False) as client:
                answer = client.request(method, address, data=form, headers={"Accept": "application/json"})
                held = answer.json() if answer.status_code == 200 and len(answer.content) < _LARGEST else None
        except (httpx.HTTPError, ValueError) as error:
            raise Distrusted(f"the provider does not answer ({type(error).__name__})") from None
        if not isinstance(held, dict):
            raise Distrusted(f"the provider refused ({answer.status_code})")
        return cast("dict[str, Any]", held)
