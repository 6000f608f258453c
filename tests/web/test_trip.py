import base64

import pytest

from web.sign_in.trip import SECONDS, Trips

NOW = 1000.0


def test_who_comes_back_in_time_is_where_they_wanted_to_go() -> None:
    trips = Trips()
    out = trips.begin("/desk/L01?x=ü", NOW)
    back = trips.back(out.cookie, out.state, NOW + SECONDS - 1)
    assert out == back
    assert "/desk/L01?x=ü" == out.onward


def test_no_two_trips_share_anything_and_nothing_tells_another_thing() -> None:
    trips = Trips()
    one, other = trips.begin("/", NOW), trips.begin("/", NOW)
    words = [word for trip in (one, other) for word in (trip.cookie, trip.state, trip.nonce, trip.verifier)]
    assert (8, {43}) == (len(set(words)), {len(one.state), len(one.nonce), len(one.verifier)})


def test_who_comes_late_or_with_anothers_word_begins_again() -> None:
    trips = Trips()
    mine, theirs = trips.begin("/", NOW), trips.begin("/", NOW)
    assert trips.back(mine.cookie, mine.state, NOW + SECONDS + 1) is None
    assert trips.back(mine.cookie, theirs.state, NOW) is None
    assert Trips().back(mine.cookie, mine.state, NOW) is None


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_cookie_that_was_changed_is_nobodys(part: int) -> None:
    trips = Trips()
    out = trips.begin("/", NOW)
    parts = out.cookie.split(".")
    parts[part] = "9999999999" if part == 0 else base64.urlsafe_b64encode(b"//evil.example").decode()
    assert trips.back(".".join(parts), out.state, NOW) is None


@pytest.mark.parametrize("cookie", ["", ".", "x", "ü", "x" * 5000])
@pytest.mark.parametrize("state", ["", "ü", "x"])
def test_what_is_no_trip_is_none(cookie: str, state: str) -> None:
    assert Trips().back(cookie, state, NOW) is None
