"""A secret on a page, this once: a one-time password for a person, a token for a program."""

from fastapi import Request, Response

from operations.sign_in.account_changes import Made, Way
from operations.sign_in.account_list import handle_of
from web.accounts.shown import administered, put, spoken
from web.who import Guest


def made_page(request: Request, guest: Guest, made: Made, title: str) -> Response:
    """`title` is a key of the words. Without a secret the page says what was done."""
    told = spoken(request)
    kind = "token" if made.way is Way.TOKEN else "one_time"
    plain = {"heading": told[title].format(user=made.account.name), "handle": handle_of(made.account.name)}
    secret = {"secret": made.secret, "secret_label": told[f"{kind}_label"], "secret_hint": told[f"{kind}_hint"]}
    shown = put("secret", request, secret, {}) if made.secret else put("chosen", request, {}, {})
    return administered(request, guest, put("made", request, plain, {"shown": shown}), title=plain["heading"])
