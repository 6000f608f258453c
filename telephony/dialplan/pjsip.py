"""pjsip.conf: members' and kiosks' phones, and a hardened template for the trunk."""

from collections.abc import Iterator

from routing.centre import Centre, Kiosk, Member
from telephony.dialplan.lines import digits, document, option, secret, section, shown, token
from telephony.dialplan.wiring import Wiring

COMMON = (
    option("type", "endpoint"),
    option("disallow", "all"),
    option("allow", "g722,alaw,ulaw", "wideband first"),
    option("dtmf_mode", "rfc4733"),
    option("direct_media", "no", "prompts, music and the line stay with Asterisk"),
    option("trust_id_inbound", "no", "who calls is what we configured, not what they say"),
    option("trust_id_outbound", "no"),
    option("allow_subscribe", "no", "nobody watches who is on the phone"),
    option("allow_overlap", "no", "a part of a number is wrong, not unfinished"),
    option("message_context", "teamline-nowhere", "a SIP MESSAGE must not start the dialplan"),
    option("send_diversion", "no"),
)

TRUNK = (
    option("context", "teamline-in"),
    option("callerid", "<0>", "else From is on the channel, in events and in a warning, before the dialplan begins"),
    option("identify_by", "ip,auth_username", "never From, which anybody can write"),
    option("allow_transfer", "no", "a REFER from outside would choose where a call goes"),
    option("send_connected_line", "no", "citizens see no member's name or extension"),
    option("trust_connected_line", "no"),
)

PHONE = (
    option("identify_by", "username"),
    option("send_connected_line", "yes", "a transfer shows who is on the line now"),
    option("trust_connected_line", "no"),
)

MEMBER = (
    option("context", "teamline-member"),
    option("allow_transfer", "yes"),
    option("device_state_busy_at", 1, "one call a member: the second one waits in line"),
    option("set_var", "__TRANSFER_CONTEXT=teamline-transfer", "a REFER goes to teams only"),
)

KIOSK = (
    option("context", "teamline-kiosk"),
    option("allow_transfer", "no"),
    option("device_state_busy_at", 1),
)

LOCATION = (
    option("type", "aor"),
    option("max_contacts", 1),
    option("remove_existing", "yes", "a phone that restarted replaces itself"),
    option("qualify_frequency", 30, "seconds until a phone that has gone is known to be gone"),
)


def render(centre: Centre, wiring: Wiring) -> str:
    """The text of pjsip.conf. Transports, `[global]` and the trunk itself stay with the administrator."""
    return document(wiring.version, [*_templates(), *_members(centre, wiring), *_kiosks(centre, wiring)])


def _templates() -> Iterator[str]:
    yield section("[teamline-endpoint](!)", COMMON)
    yield section("[teamline-trunk](!,teamline-endpoint)", TRUNK, "yours: [provider](teamline-trunk) in pjsip.conf")
    yield section("[teamline-phone](!,teamline-endpoint)", PHONE)
    yield section("[teamline-member](!,teamline-phone)", MEMBER)
    yield section("[teamline-kiosk](!,teamline-phone)", KIOSK)
    yield section("[teamline-auth](!)", [option("type", "auth"), option("auth_type", "digest")])
    yield section("[teamline-aor](!)", LOCATION)


def _members(centre: Centre, wiring: Wiring) -> Iterator[str]:
    for member in centre.members.values():
        yield from _phone(member, shown(member.name), "member", wiring, centre)


def _kiosks(centre: Centre, wiring: Wiring) -> Iterator[str]:
    for kiosk in centre.kiosks.values():
        yield from _phone(kiosk, token(kiosk.id, "kiosk"), "kiosk", wiring, centre)


def _phone(phone: Member | Kiosk, name: str, kind: str, wiring: Wiring, centre: Centre) -> Iterator[str]:
    id_ = token(phone.id, kind)
    lines = (
        option("auth", id_),
        option("aors", id_),
        option("callerid", f'"{name}" <{digits(phone.phone, f"phone of {id_}")}>'),
        option("set_var", f"__TEAMLINE_{kind.upper()}={id_}", "who it is; From cannot forge it"),
        option("language", _sound_language(centre)),
    )
    yield section(f"[{id_}](teamline-{kind})", lines)
    login = (
        option("username", id_),
        option("password", secret(wiring.phone_password(id_), f"password of {id_}")),
    )
    yield section(f"[{id_}](teamline-auth)", login)
    yield section(f"[{id_}](teamline-aor)", [])


def _sound_language(centre: Centre) -> str:
    # de-leicht is a language of our prompts, Asterisk's own sounds know only de
    return token(centre.default_language, "language").partition("-")[0]
