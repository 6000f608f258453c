import stat
from pathlib import Path

import pytest

from telephony.dialplan.files import ForeignFile, differences, reload_commands, write
from telephony.dialplan.lines import MARK


def ours(text: str = "") -> str:
    return f"{MARK}\n{text}"


def test_changed_files_are_named_and_unchanged_ones_are_not(tmp_path: Path) -> None:
    into = tmp_path / "teamline.d"
    assert write(into, {"queues.conf": ours("a\n"), "cel.conf": ours()}) == ("cel.conf", "queues.conf")
    assert write(into, {"queues.conf": ours("b\n"), "cel.conf": ours()}) == ("queues.conf",)
    assert write(into, {"queues.conf": ours("b\n"), "cel.conf": ours()}) == ()
    assert (into / "queues.conf").read_text(encoding="utf-8") == ours("b\n")


def test_others_on_the_machine_cannot_read_the_secrets(tmp_path: Path) -> None:
    write(tmp_path, {"manager.conf": ours()})
    assert stat.S_IMODE((tmp_path / "manager.conf").stat().st_mode) == 0o640


def test_a_file_of_ours_that_is_no_longer_rendered_is_removed(tmp_path: Path) -> None:
    write(tmp_path, {"queues.conf": ours(), "old.conf": ours()})
    assert write(tmp_path, {"queues.conf": ours()}) == ("old.conf",)
    assert not (tmp_path / "old.conf").exists()


def test_a_foreign_file_is_neither_overwritten_nor_removed(tmp_path: Path) -> None:
    (tmp_path / "queues.conf").write_text("[mine]\n")
    (tmp_path / "other.conf").write_text("[mine]\n")
    with pytest.raises(ForeignFile, match="move it away"):
        write(tmp_path, {"cel.conf": ours(), "queues.conf": ours()})
    assert not (tmp_path / "cel.conf").exists()
    assert write(tmp_path, {"cel.conf": ours()}) == ("cel.conf",)
    assert (tmp_path / "other.conf").exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target.txt"
    target.write_text(ours("theirs\n"), encoding="utf-8")
    into = tmp_path / "teamline.d"
    into.mkdir()
    (into / "queues.conf").symlink_to(target)
    with pytest.raises(ForeignFile, match="not a plain file"):
        write(into, {"queues.conf": ours()})
    assert write(into, {"cel.conf": ours()}) == ("cel.conf",)
    assert target.read_text(encoding="utf-8") == ours("theirs\n")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "queues.conf").mkdir()
    with pytest.raises(ForeignFile):
        differences(tmp_path, {"queues.conf": ours()})


def test_nothing_half_written_is_left_behind(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write(tmp_path, {"queues.conf": ours("\udcff")})
    assert list(tmp_path.iterdir()) == []


def test_differences_are_shown_without_secrets(tmp_path: Path) -> None:
    write(tmp_path, {"pjsip.conf": ours("password = old-secret\nallow = alaw\n"), "gone.conf": ours("x\n")})
    shown = differences(tmp_path, {"pjsip.conf": ours("password = new-secret\nallow = g722\n"), "cel.conf": ours()})
    assert "-allow = alaw" in shown
    assert "+allow = g722" in shown
    assert "--- gone.conf (now)" in shown
    assert "+++ cel.conf (rendered)" in shown
    assert "secret" not in shown.replace("a secret differs", "")


def test_a_changed_secret_alone_is_said_and_not_shown(tmp_path: Path) -> None:
    write(tmp_path, {"manager.conf": ours("secret = one-secret\n")})
    assert differences(tmp_path, {"manager.conf": ours("secret = two-secret\n")}) == (
        "manager.conf: a secret differs\n"
    )


def test_nothing_to_change_shows_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"queues.conf": ours()})
    assert differences(tmp_path, {"queues.conf": ours()}) == ""
    assert differences(tmp_path / "not-there", {}) == ""


def test_each_file_has_its_reload_and_the_dialplan_comes_last() -> None:
    assert reload_commands(("extensions.conf", "manager.conf", "pjsip.conf", "queues.conf", "musiconhold.conf")) == (
        "moh reload",
        "queue reload all",
        "module reload res_pjsip.so",
        "manager reload",
        "dialplan reload",
    )


def test_nothing_changed_reloads_nothing() -> None:
    assert reload_commands(()) == ()
