from dataclasses import replace

import pytest

from telephony.dialplan.wiring import AsteriskVersion, UnsupportedAsterisk, Wiring


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", AsteriskVersion(22, 10, 1)),
        ("Asterisk 20.19.0-rc1\n", AsteriskVersion(20, 19)),
        ("22.9", AsteriskVersion(22, 9)),
    ],
)
def test_a_version_is_read_as_asterisk_writes_it(text: str, version: AsteriskVersion) -> None:
    assert version == AsteriskVersion.parse(text)


@pytest.mark.parametrize("text", ["", "Asterisk", "Asterisk GIT-master-abc", "certified/20.7-cert1"])
def test_what_is_no_release_is_refused_with_a_cure(text: str) -> None:
    with pytest.raises(UnsupportedAsterisk, match="asterisk -V"):
        AsteriskVersion.parse(text)


@pytest.mark.parametrize("text", ["20.19", "20.20.1", "22.9.0", "22.10.1", "23.3", "23.10", "24.0"])
def test_a_release_with_one_order_over_all_queues_is_supported(text: str) -> None:
    AsteriskVersion.parse(text).require_support()


@pytest.mark.parametrize("text", ["18.26.4", "20.18.2", "21.12.0", "22.8.2", "23.2.2", "13.38.3"])
def test_an_older_release_is_refused_by_name_with_a_cure(text: str) -> None:
    with pytest.raises(UnsupportedAsterisk, match=rf"Asterisk {text}.*install 20\.19, 22\.9 or 23\.3"):
        AsteriskVersion.parse(text).require_support()


def test_the_wiring_shows_no_secret(wiring: Wiring) -> None:
    assert "ami-secret" not in repr(replace(wiring, ami_secret="ami-secret-9999"))
