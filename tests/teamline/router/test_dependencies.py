from dataclasses import dataclass, field

import pytest

from teamline.router.dependencies import journal, live


@dataclass
class Written:
    """How a journal may fare."""

    is_up: bool = True
    spooled: int = 0
    in_memory: int = 0
    lost: int = 0


@dataclass
class Watched:
    """How well an Asterisk may be watched."""

    is_stale: bool = False
    age_seconds: float | None = 3.0
    hears_announcements: bool = True
    journal: Written = field(default_factory=Written)


WATCHED = [
    (Watched(), True, "live figures are Asterisk's, 3 s ago"),
    (Watched(is_stale=True, age_seconds=94.2), False, "live figures are 94 s old"),
    (Watched(is_stale=True, age_seconds=None), False, "live figures are not known yet"),
    (Watched(hears_announcements=False), False, "the newest caller joined a line unannounced"),
]


@pytest.mark.parametrize(("watched", "is_ok", "says"), WATCHED)
def test_readiness_tells_how_old_live_figures_are(watched: Watched, is_ok: bool, says: str) -> None:
    assert is_ok is live(watched).is_ok
    assert says in live(watched).what


WRITTEN = [
    (Written(in_memory=5), True, "what happens is in the store"),
    (Written(is_up=False, spooled=40, in_memory=2), False, "42 facts wait for the store"),
    (Written(spooled=40), False, "40 facts wait for the store"),
    (Written(is_up=False, lost=7), False, "7 facts are in no report"),
]


@pytest.mark.parametrize(("written", "is_ok", "says"), WRITTEN)
def test_readiness_tells_what_the_journal_waits_for(written: Written, is_ok: bool, says: str) -> None:
    assert is_ok is journal(written).is_ok
    assert says in journal(written).what


def test_no_call_is_refused_for_them_and_each_fault_has_a_cure() -> None:
    told = [*(live(each) for each, *_ in WATCHED), *(journal(each) for each, *_ in WRITTEN)]
    assert not any(each.is_required for each in told)
    assert all(each.is_ok or each.cure for each in told)
