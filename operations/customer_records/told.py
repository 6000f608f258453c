"""What is kept of one customer as one JSON document, for the customer to read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta, tzinfo

from operations.customer_records.kept import Customer, Kept
from operations.mail.ports import Outgoing
from operations.mailbox.ports import Entry

CONTENTS = "contents"
NOT_LISTED: Sequence[str] = (
    "What came without a customer number is found by no number: a callback asked for with a phone number alone.",
    "In the router's memory only, for minutes: calls of now, tries with a number, the last scan at a kiosk.",
    "Customer cards are kept by nobody but the customer: a card holds the number itself, sealed.",
    "Mails that were sent, and documents copied into the drop folder, are other systems'.",
)
"""What no look into the stores can tell, in sentences."""


def told(customer: Customer, kept: Kept, number: str, zone: tzinfo, now: datetime) -> Mapping[str, object]:
    """The document. `number`: as it was asked for; `now` is aware; times are of this zone."""
    return {
        "number": number,
        "kind": customer.number.kind.value,
        "made_at": now.astimezone(zone).isoformat(timespec="seconds"),
        "mailbox": [_entry(entry, zone) for entry in kept.entries],
        "perhaps_of_another": [_id(entry, zone) for entry in kept.perhaps],
        "files_without_entry": [_entry(entry, zone) for entry in kept.files],
        "recordings": [_entry(entry, zone) for entry in kept.recordings],
        "mails_waiting": [_mail(mail, zone) for mail in kept.mails],
        "directory": {
            "version": kept.directory,
            "assigned": [asdict(match) for match in kept.assigned],
        },
        "journal": [{"day": each.day.isoformat(), **asdict(each.fact)} for each in kept.facts],
        "lost_place": {**asdict(kept.place), "lost_at": _moment(kept.place.lost_at, zone)} if kept.place else None,
        "gave_up": [
            {**asdict(row), "at": _moment(row.at, zone), "arrival": _moment(row.arrival, zone)} for row in kept.gave_up
        ],
        "not_listed": list(NOT_LISTED),
    }


def content_name(entry: Entry) -> str:
    """Where its content lies in an export; empty where there is none."""
    return f"{CONTENTS}/{entry.file}" if entry.file else ""


def _entry(entry: Entry, zone: tzinfo) -> Mapping[str, object]:
    shown: dict[str, object] = {
        each.name: _moment(getattr(entry, each.name), zone) if _is_moment(each.name) else getattr(entry, each.name)
        for each in fields(entry)
        if each.name != "file"
    }
    return shown | {"content": content_name(entry) or None}


def _id(entry: Entry, zone: tzinfo) -> Mapping[str, object]:
    return {"id": entry.id, "what": entry.what, "team": entry.team, "came_at": _moment(entry.came_at, zone)}


def _mail(mail: Outgoing, zone: tzinfo) -> Mapping[str, object]:
    return {
        "entry": mail.entry,
        "way": mail.way,
        "state": mail.state,
        "since": _moment(mail.since, zone),
        "due_at": _moment(mail.due_at, zone),
    }


def _is_moment(name: str) -> bool:
    return name.endswith("_at") or name == "arrival"


def _moment(at: object, zone: tzinfo) -> str | None:
    if not isinstance(at, int | float):
        return None
    return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=at)).astimezone(zone).isoformat(timespec="seconds")
