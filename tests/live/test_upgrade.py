"""A release whose manager.conf asks for more events: Asterisk gives filters at login, so the router signs in anew."""

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

from running_lab import RunningLab, citizen, rewrite, until
from small_centre import SmallCentre, keys

NEWER = re.compile("UserEvent|HangupRequest")
"""The filters that a release before this one did not render."""


def _today(lab: RunningLab, team: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{lab.told['http']}/api/v1/live") as answer:
        today: dict[str, Any] = next(each for each in json.load(answer)["teams"] if each["id"] == team)["today"]
    return today


def _logins(lab: RunningLab) -> int:
    return lab.router_log().count('"AMI connected"')


def _sign_in_with(lab: RunningLab, filters: str) -> None:
    """Give Asterisk these filters and end the router's session, so that its next one has them."""
    rewrite(lab.folder / "asterisk" / "etc" / "teamline.d" / "manager.conf", filters)
    lab.console("manager reload")
    before = _logins(lab)
    shown = lab.console("manager show connected")
    descriptors = re.findall(r"^\s*teamline\s+\S+\s+\d+\s+\d+\s+(\d+)", shown, re.MULTILINE)
    assert descriptors, shown
    for descriptor in descriptors:
        lab.console(f"manager kick session {descriptor}")
    until(lambda: _logins(lab) > before, 10, "another login")


def test_a_router_that_signed_in_before_asterisk_read_the_new_filters_signs_in_again(tmp_path: Path) -> None:
    centre = SmallCentre(tmp_path / "centre").write()
    with RunningLab(tmp_path / "lab", *centre.options) as lab:
        file = lab.folder / "asterisk" / "etc" / "teamline.d" / "manager.conf"
        ours = file.read_text(encoding="utf-8")
        older = "".join(
            line for line in ours.splitlines(True) if "UserEvent" not in line and "HangupRequest" not in line
        )
        assert older != ours
        _sign_in_with(lab, older)
        rewrite(file, ours)
        lab.console("manager reload")
        signed_in = _logins(lab)
        waiting = lab.calls([citizen(keys("L02"), stay=20)])
        lab.until_waiting("L02", 1)
        until(lambda: _logins(lab) == signed_in + 1, 10, "signed in again")
        waiting.wait()
        until(lambda: _today(lab, "L02")["abandoned"] == 1, 5, "its true end")
        assert {"offered": 1, "lost": 0} == {each: _today(lab, "L02")[each] for each in ("offered", "lost")}
        assert _logins(lab) == signed_in + 1
