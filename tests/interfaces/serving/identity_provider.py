"""A small identity provider on loopback: discovery, a sign-in that asks nothing, tokens, keys, and mistakes."""

import hashlib
import secrets
import socket
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse

__all__ = ["IdentityProvider", "serving"]

CLIENT, SECRET = "wattstone-test", "of the client"


@dataclass
class IdentityProvider:
    """What it says, and what it does wrong.

    Parameters
    ----------
    wrong : str
        One of the ways in `_claims` and `_signed`; empty for a good one.
    person : dict
        Claims about whoever signs in.
    """

    issuer: str = ""
    wrong: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    asked: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> FastAPI:
        """It as an application."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def about() -> dict[str, str]:
            named = "https://elsewhere.example" if self.wrong == "discovery" else self.issuer
            return {
                "issuer": named,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": "http://10.0.0.1/jwks" if self.wrong == "unsafe keys" else f"{self.issuer}/jwks",
            }

        @app.get("/authorize")
        def authorize(request: Request) -> RedirectResponse:
            asked = dict(request.query_params)
            self.asked.append(asked)
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            return RedirectResponse(
                f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 303
            )

        @app.post("/token")
        async def token(request: Request) -> JSONResponse:
            form = dict(parse_qsl((await request.body()).decode()))
            asked = self.codes.pop(form["code"], None)  # each once
            challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
            if (
                asked is None
                or urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]
                or form["client_secret"] != SECRET
                or form["redirect_uri"] != asked["redirect_uri"]
            ):
                return JSONResponse({"error": "invalid_grant"}, 400)
            return JSONResponse({"id_token": self._signed(self._claims(asked)), "access_token": "a", "token_type": "x"})

        @app.get("/jwks")
        def jwks() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False)]}

        return app

    def _claims(self, asked: dict[str, str]) -> dict[str, Any]:
        now = int(time.time())
        good = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        changed: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "of another attempt"},
            "no nonce": {"nonce": None},
            "issuer": {"iss": "https://elsewhere.example"},
            "audience": {"aud": "another client"},
            "authorised party": {"aud": [CLIENT, "another"], "azp": "another"},
            "expired": {"exp": now - 3600, "iat": now - 7200},
            "no end": {"exp": None},
            "no subject": {"sub": None},
        }
        held = {**good, **self.person, **changed.get(self.wrong, {})}
        return {name: value for name, value in held.items() if value is not None}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.wrong == "alg none":
            parts = [b'{"alg":"none"}', __import__("json").dumps(claims).encode(), b""]
            return ".".join(urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts)
        if self.wrong == "symmetric":  # signed with the public key as if it were a shared secret
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(self.key.as_pem(private=False)))
        key = RSAKey.generate_key(2048, {"kid": "one"}) if self.wrong == "key" else self.key
        word = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        if self.wrong == "signature":
            head, body, _ = word.split(".")
            return f"{head}.{body}.{'A' * 342}"
        return word


def serving(provider: IdentityProvider) -> Any:
    """Serve it on a free port until the generator is closed."""
    listening = socket.create_server(("127.0.0.1", 0))
    provider.issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(provider.app(), log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield provider
    server.should_exit = True
    thread.join(10)
    listening.close()
