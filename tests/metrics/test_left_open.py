from facts.contact import LeftKind
from metrics.board import TodayFigures, board
from metrics.call_counts import CallCounts
from metrics.exporter import Exporter
from metrics.left_open import LeftOpen, left_open
from metrics.live import LiveModel
from metrics.live_figures import LiveFigures
from tests.fakes.router import small_centre

CENTRE = small_centre()
LEFT = {"L01": LeftOpen(voice=2, document=1, callback=3)}


def test_things_are_counted_by_team_and_kind() -> None:
    things = [("L01", LeftKind.VOICE), ("L01", LeftKind.CALLBACK), ("L02", LeftKind.DOCUMENT)]
    assert {"L01": LeftOpen(voice=1, callback=1), "L02": LeftOpen(document=1)} == left_open(things)


def test_the_board_shows_messages_and_callbacks() -> None:
    shown = board(CENTRE, LiveModel(), lambda _: TodayFigures(), 0.0, left=LEFT)
    assert (3, 3) == next((team.messages_open, team.callbacks_open) for team in shown.teams if team.id == "L01")
    assert (0, 0) == next((team.messages_open, team.callbacks_open) for team in shown.teams if team.id == "L02")


def test_every_team_has_its_series_from_zero() -> None:
    exporter = Exporter("0")
    shown = board(CENTRE, LiveModel(), lambda _: TodayFigures(), 0.0)
    counted = CallCounts(CENTRE.teams.values()).copy()
    exporter.show(LiveFigures(centre=CENTRE, board=shown, counted=counted, left=LEFT))
    told = exporter.render().decode()
    for series in (
        'teamline_messages_open{team="L01",kind="voice"} 2.0',
        'teamline_messages_open{team="L01",kind="document"} 1.0',
        'teamline_callbacks_open{team="L01"} 3.0',
        'teamline_messages_open{team="L02",kind="voice"} 0.0',
        'teamline_callbacks_open{team="L02"} 0.0',
    ):
        assert f"{series}\n" in told
