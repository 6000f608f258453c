from pathlib import Path

from telephony.dialplan.wiring import AsteriskVersion
from telephony.lab.installation import installation_below, unpacked


def planted(root: Path, said: str) -> Path:
    program = root / "usr/sbin/asterisk"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)
    modules = root / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    modules.mkdir(parents=True)
    (modules / "app_queue.so").touch()
    (root / "usr/share/asterisk/documentation").mkdir(parents=True)
    (root / "usr/share/asterisk/sounds/en_US_f_Allison").mkdir(parents=True)
    (root / "usr/share/asterisk/sounds/en").symlink_to("/nowhere")
    return program


def test_an_asterisk_is_found_with_its_release_and_sounds(tmp_path: Path) -> None:
    program = planted(tmp_path, "Asterisk 22.10.1+dfsg")
    found = installation_below(tmp_path, program, (str(program),))
    assert found is not None
    assert AsteriskVersion(22, 10, 1) == found.release
    assert (("en", tmp_path / "usr/share/asterisk/sounds/en_US_f_Allison"),) == found.sounds


def test_what_does_not_say_its_release_is_no_asterisk(tmp_path: Path) -> None:
    program = planted(tmp_path, "hello")
    assert installation_below(tmp_path, program, (str(program),)) is None


def test_a_program_that_cannot_be_started_is_no_asterisk(tmp_path: Path) -> None:
    program = planted(tmp_path, "Asterisk 22.10.1")
    program.chmod(0o644)
    assert installation_below(tmp_path, program, (str(program),)) is None


def test_a_tree_without_a_loader_is_no_asterisk(tmp_path: Path) -> None:
    planted(tmp_path, "Asterisk 22.10.1")
    assert unpacked(tmp_path) is None


def test_a_tree_runs_by_its_own_loader_and_libraries(tmp_path: Path) -> None:
    program = planted(tmp_path, "unused")
    loader = tmp_path / "usr/lib64/ld-linux-x86-64.so.2"
    loader.parent.mkdir(parents=True)
    loader.write_text("#!/bin/sh\necho Asterisk 22.9.0\n")
    loader.chmod(0o755)
    found = unpacked(tmp_path)
    assert found is not None
    libraries = tmp_path / "usr/lib/x86_64-linux-gnu"
    assert (str(loader), "--library-path", str(libraries), str(program)) == found.argv
