import time
from pathlib import Path

from kiosk.sound_card import FRAME_BYTES, Capture, Playback

FRAME = b"ab" * (FRAME_BYTES // 2)


def until_frame(capture: Capture) -> bytes | None:
    end = time.monotonic() + 10
    while (frame := capture.frame()) is None and time.monotonic() < end:
        time.sleep(0.01)
    return frame


def test_what_is_spoken_comes_frame_by_frame() -> None:
    capture = Capture("x", ["sh", "-c", f"yes ab | tr -d '\\n' | head -c {4 * FRAME_BYTES}; sleep 60", "sh"])
    assert [FRAME, FRAME] == [until_frame(capture), until_frame(capture)]
    assert capture.is_there
    capture.close()


def test_nothing_spoken_is_no_frame() -> None:
    capture = Capture("x", ["sh", "-c", "sleep 60", "sh"])
    assert capture.frame() is None
    capture.close()


def test_speech_that_nobody_took_in_time_is_dropped() -> None:
    capture = Capture("x", ["sh", "-c", f"head -c {100 * FRAME_BYTES} /dev/zero; printf END; sleep 60", "sh"])
    assert until_frame(capture)
    frames = [frame for frame in (until_frame(capture) for _ in range(3)) if frame]
    assert len(frames) == 3
    capture.close()


def test_what_was_spoken_between_two_calls_is_in_no_call(tmp_path: Path) -> None:
    before, drained, go = f"head -c {10 * FRAME_BYTES} /dev/zero", tmp_path / "drained", tmp_path / "go"
    after = f"while ! [ -e {go} ]; do sleep 0.01; done; yes ab | tr -d '\\n' | head -c {2 * FRAME_BYTES}; sleep 60"
    now = 0.0
    capture = Capture("x", ["sh", "-c", f"{before}; touch {drained}; {after}", "sh"], lambda: now)
    assert until_frame(capture)
    now = 60.0
    while not drained.exists():
        assert capture.frame() is None
    assert capture.frame() is None
    now = 60.2
    go.touch()
    assert FRAME == until_frame(capture)
    capture.close()


def test_what_is_dropped_is_dropped_by_whole_samples() -> None:
    capture = Capture("x", ["sh", "-c", "yes ab | tr -d '\\n' | head -c 4001; sleep 60", "sh"])
    assert FRAME == until_frame(capture)
    capture.close()


def test_a_program_that_says_no_more_but_still_runs_is_started_again() -> None:
    capture = Capture("x", ["sh", "-c", f"head -c {FRAME_BYTES} /dev/zero; exec sleep 60 >&-", "sh"])
    assert until_frame(capture)
    assert until_frame(capture)
    capture.close()


def test_what_is_heard_goes_to_the_program(tmp_path: Path) -> None:
    file = tmp_path / "heard"
    playback = Playback("x", ["sh", "-c", f"cat > {file}", "sh"])
    playback.frame(FRAME)
    end = time.monotonic() + 10
    while not (file.exists() and file.stat().st_size) and time.monotonic() < end:
        time.sleep(0.01)
    playback.close()
    assert FRAME == file.read_bytes()


def test_a_program_that_takes_nothing_holds_nobody_up() -> None:
    playback = Playback("x", ["sh", "-c", "sleep 60", "sh"])
    for _ in range(100):
        playback.frame(FRAME)
    playback.close()


def test_without_its_program_a_sound_card_is_not_there() -> None:
    capture, playback = Capture("x", ["/nonexistent"]), Playback("x", ["/nonexistent"])
    assert capture.frame() is None
    playback.frame(FRAME)
    assert (False, False) == (capture.is_there, playback.is_there)


def test_a_program_that_ended_is_started_again() -> None:
    capture = Capture("x", ["sh", "-c", f"head -c {FRAME_BYTES} /dev/zero; sleep 0.5", "sh"])
    assert until_frame(capture)
    assert until_frame(capture)
    capture.close()
