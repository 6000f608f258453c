"""`teamline card` as an administrator uses it: one data folder, an embedded store, no Asterisk."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from kiosk.codes import Code
from kiosk.pictures import codes_on
from teamline.command_line import command_line

TEAMS = Path("teams.yaml").resolve()


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEAMLINE_CONFIG", str(TEAMS))


def told(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(command_line(), ["card", *words], input=typed, env={"NO_COLOR": "1", "COLUMNS": "200"})


def test_a_card_is_a_token_and_a_picture(tmp_path: Path) -> None:
    made = told("123A456789", "--out", str(tmp_path / "card.svg"), "--json")
    assert 0 == made.exit_code, made.stderr
    assert json.loads(made.stdout)["token"].startswith("TLK1")
    assert "<svg" in (tmp_path / "card.svg").read_text()


def test_a_picture_is_four_centimetres_wide_and_fits_a_card(tmp_path: Path) -> None:
    for name in ("card.svg", "card.pdf"):
        assert 0 == told("123A456789", "--out", str(tmp_path / name)).exit_code
    assert 'width="40.0mm" height="40.0mm"' in (tmp_path / "card.svg").read_text()
    [page] = PdfReader(tmp_path / "card.pdf").pages
    assert [40, 40] == [round(float(side) * 25.4 / 72) for side in page.mediabox[2:]]


def test_a_kiosks_camera_reads_the_token_on_the_picture(tmp_path: Path) -> None:
    token = told("123A456789", "--out", str(tmp_path / "card.PNG")).stdout.strip()
    with Image.open(tmp_path / "card.PNG") as picture:
        assert (Code(token),) == codes_on(picture.convert("L"), None)


def test_a_number_may_come_from_standard_input_and_is_not_repeated() -> None:
    made = told("-", typed="12345BG0001234\n")
    assert 0 == made.exit_code, made.stderr
    assert "0001234" not in made.output


def test_a_lost_card_is_revoked() -> None:
    token = told("123A456789").stdout.strip()
    assert "The card counts no more.\n" == told("--revoke", "-", typed=f"{token}\n").stdout


def test_a_revoked_card_is_told_as_json() -> None:
    token = told("123A456789").stdout.strip()
    assert {"revoked": True} == json.loads(told("--revoke", "-", "--json", typed=f"{token}\n").stdout)


def test_a_number_with_many_spaces_fits_a_card() -> None:
    assert 0 == told("-", typed=f"123A{' ' * 40}456789\n").exit_code


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        ((), "name a number, or --revoke TOKEN"),
        (("123A456789", "--revoke", "TLK1"), "name a number, or --revoke TOKEN"),
        (("12",), "write it as on letters"),
        (("--revoke", "TLK1"), "this is no customer card"),
        (("123A456789", "--out", "card.exe"), "ends in .svg, .pdf, .png"),
    ],
)
def test_wrong_use_is_told_with_its_cure(words: tuple[str, ...], cure: str) -> None:
    done = told(*words)
    assert 2 == done.exit_code
    assert cure in done.stderr
