"""Canaille, an OpenID Connect provider, as a program of its own: `python provider_program.py PORT REDIRECT...`.

Its people: anna, bert (whose group has no role), admin (whose name a local account has). SIGUSR1 takes a new key and
forgets the old one.
"""

import json
import signal
import sys
from datetime import UTC, datetime
from typing import Any

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.backends.memory.backend import MemoryBackend
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

PASSWORD = "a password of nine words"
SECRET = "the-clients-secret"
GROUPS = {"team-01": ["anna"], "administrators": ["admin"], "nobodies": ["bert"]}


def query_exactly() -> None:
    """Canaille's own memory finds what fits any of several filters, a code that nobody was given among it."""
    by_any = MemoryBackend.do_query

    def by_all(self: MemoryBackend, model: Any, *args: Any, **wanted: Any) -> list[Any]:  # noqa: ANN401 - its signature
        found = [by_any(self, model, *args, **{name: value}) for name, value in wanted.items()]
        if not found:
            return list(by_any(self, model, *args))
        return [each for each in found[0] if all(each.id in {other.id for other in rest} for rest in found[1:])]

    MemoryBackend.do_query = by_all


def key() -> dict[str, Any]:
    return RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)


def settings(port: int) -> dict[str, Any]:
    return {
        "SECRET_KEY": "a secret of this test alone",
        "SERVER_NAME": f"localhost:{port}",
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False, "HTMX": False, "LANGUAGE": "en"},
        "CANAILLE_OIDC": {"ACTIVE_JWKS": [key()]},
    }


def populate(redirects: list[str]) -> None:
    people = {}
    for name in ("anna", "bert", "admin"):
        people[name] = models.User(
            user_name=name, password=PASSWORD, family_name=name, display_name=name, emails=[f"{name}@example.org"]
        )
        Backend.instance.save(people[name])
    for group, members in GROUPS.items():
        Backend.instance.save(models.Group(display_name=group, members=[people[each] for each in members]))
    client = models.Client(
        client_id="teamline",
        client_secret=SECRET,
        client_name="Teamline",
        client_uri="https://teamline.example",
        redirect_uris=redirects,
        post_logout_redirect_uris=[each.replace("/sign-in/return", "/sign-in?out=1") for each in redirects],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid", "profile", "groups"],
        token_endpoint_auth_method="client_secret_basic",
        client_id_issued_at=datetime.now(UTC),
    )
    Backend.instance.save(client)
    client.audience = [client]
    Backend.instance.save(client)


def main() -> None:
    port, redirects = int(sys.argv[1]), sys.argv[2:]
    query_exactly()
    app = create_app(settings(port))
    with app.app_context(), Backend.instance.session():
        populate(redirects)

    def new_key(*_: object) -> None:
        app.config["CANAILLE_OIDC"]["ACTIVE_JWKS"] = [key()]

    signal.signal(signal.SIGUSR1, new_key)
    server = make_server("127.0.0.1", port, app, threaded=True)
    print(json.dumps({"issuer": f"http://localhost:{port}"}), flush=True)  # noqa: T201 - whoever started it waits for this
    server.serve_forever()


if __name__ == "__main__":
    main()
