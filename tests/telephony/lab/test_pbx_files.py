from pathlib import Path

from telephony.lab.pbx_files import PbxAccess, PbxPlaces, configuration

PLACES = PbxPlaces(Path("/home"), Path("/run"), Path("/modules"))
ACCESS = PbxAccess(5060, 5038, range(10000, 10100), "a-secret", "a-password")


def test_no_feature_code_is_tried_before_the_dialplan() -> None:
    assert configuration(PLACES, ACCESS)["features.conf"] == "[general]\npickupexten=\n"
