import pytest

from telephony.dialled import dialled


@pytest.mark.parametrize(
    ("number", "as_dialled"),
    [("+49211555", "0211555"), ("+431555", "00431555"), ("0211555", "0211555"), ("", "")],
)
def test_a_number_is_dialled_as_from_a_german_house(number: str, as_dialled: str) -> None:
    assert as_dialled == dialled(number)
