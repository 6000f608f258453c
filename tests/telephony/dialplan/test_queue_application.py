import pytest

from telephony.dialplan.queue_application import queue
from telephony.dialplan.wiring import AsteriskVersion

V20, V22 = AsteriskVersion(20, 19), AsteriskVersion(22, 9)


@pytest.mark.parametrize(
    ("expected", "version", "gosub"),
    [
        ("Queue(L01,i)", V20, ""),
        ("Queue(L01,i)", V22, ""),
        ("Queue(L01,i,,,60,,,whisper)", V20, "whisper"),
        ("Queue(L01,i,,,60,,whisper)", V22, "whisper"),
    ],
)
def test_the_arguments_stand_where_this_asterisk_reads_them(
    expected: str, version: AsteriskVersion, gosub: str
) -> None:
    assert expected == queue("L01", version, "i", "60" if gosub else "", gosub)
