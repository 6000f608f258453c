import socket
import stat
import wave
from pathlib import Path

from telephony.dialplan.wiring import AsteriskVersion
from telephony.lab.installation import Installation
from telephony.lab.pbx_home import SOCKET_PATH_BOUND, settle
from telephony.lab.ports import HOST
from telephony.lab.waiting_tone import write_waiting_tone


def installation(root: Path) -> Installation:
    sounds = (("en", root / "sounds"),)
    return Installation(("asterisk",), AsteriskVersion(22, 10), root / "modules", root / "documentation", sounds)


def test_ports_and_secrets_stay_what_they_were_in_a_folder(tmp_path: Path) -> None:
    assert settle(tmp_path / "a", installation(tmp_path)) == settle(tmp_path / "a", installation(tmp_path))


def test_two_folders_share_no_secret(tmp_path: Path) -> None:
    _, one = settle(tmp_path / "a", installation(tmp_path))
    _, other = settle(tmp_path / "b", installation(tmp_path))
    assert one.ami_secret != other.ami_secret


def test_every_folder_is_named_absolutely_and_nothing_loads_by_itself(tmp_path: Path) -> None:
    places, _ = settle(tmp_path, installation(tmp_path))
    lines = (places.etc / "asterisk.conf").read_text().split("[options]")[0].splitlines()[1:]
    assert [line.split(" => ")[1].startswith("/") for line in lines] == [True] * 11
    assert "autoload=no" in (places.etc / "modules.conf").read_text()


def test_what_is_rendered_is_included_by_each_file(tmp_path: Path) -> None:
    places, _ = settle(tmp_path, installation(tmp_path))
    for name in ("extensions", "queues", "pjsip", "manager", "musiconhold"):
        assert f"#tryinclude teamline.d/{name}.conf" in (places.etc / f"{name}.conf").read_text()


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    places, access = settle(tmp_path, installation(tmp_path))
    for path in (places.etc / "manager.conf", places.etc / "pjsip.conf", tmp_path / "asterisk.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert access.ami_secret not in repr(access)
    assert access.trunk_password not in repr(access)


def test_a_deep_folder_gets_a_short_one_for_its_control_socket(tmp_path: Path) -> None:
    places, _ = settle(tmp_path / ("deep" * 30), installation(tmp_path))
    assert len(str(places.run / "asterisk.ctl")) < SOCKET_PATH_BOUND
    places.run.rmdir()


def test_ports_are_taken_from_the_base_on(tmp_path: Path) -> None:
    _, access = settle(tmp_path, installation(tmp_path), 16000)
    assert 16000 <= access.sip < access.ami < 17000 <= access.rtp.start


def test_a_taken_port_among_those_for_media_is_no_obstacle(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, 0))
        port = taken.getsockname()[1]
        _, access = settle(tmp_path, installation(tmp_path), port - 1500)
    assert port in access.rtp


def test_the_waiting_tone_is_what_asterisk_reads(tmp_path: Path) -> None:
    write_waiting_tone(tmp_path / "tone.wav", seconds=1)
    with wave.open(str(tmp_path / "tone.wav")) as sound:
        assert sound.getparams()[:4] == (1, 2, 8000, 8000)
