import pytest

from metrics.live import LiveModel
from routing.team_state import TeamState
from teamline.router.waits import LiveWaits
from tests.fakes.router import small_centre
from tests.fakes.told_calls import joined


async def states_of(*calls: str, is_current: bool = True) -> tuple[LiveWaits, LiveModel]:
    centre, model = small_centre(), LiveModel()
    waits = LiveWaits("a", lambda: centre, model, lambda: is_current, list)
    await waits._refresh()
    for call in calls:
        model.fold(joined(1000.0, call))
    return waits, model


async def test_a_line_is_counted_as_it_is_now() -> None:
    waits, model = await states_of("1.1", "1.2")
    assert waits.states["L01"] == TeamState(members_signed_in=0, waiting=2)
    model.fold(joined(1001.0, "1.3"))
    assert waits.states["L01"].waiting == 3
    assert waits.states["L02"].waiting == 0


async def test_every_team_has_a_state_and_no_other() -> None:
    waits, _ = await states_of()
    assert set(waits.states) == set(small_centre().teams)
    assert len(waits.states) == 7
    with pytest.raises(KeyError):
        waits.states["L98"]


async def test_old_figures_are_not_known() -> None:
    waits, _ = await states_of("1.1", is_current=False)
    assert not waits.states
