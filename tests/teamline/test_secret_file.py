import stat
from pathlib import Path

import pytest

from teamline.secret_file import SecretRefused, derived, phone_password, read_or_create


def test_the_first_start_makes_a_secret_that_only_its_owner_may_read(tmp_path: Path) -> None:
    secret = read_or_create(tmp_path / "data" / "secret.key")
    assert 32 == len(secret)
    assert 0o600 == stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode)
    assert 0o700 == stat.S_IMODE((tmp_path / "data").stat().st_mode)


def test_the_second_start_finds_the_same_secret(tmp_path: Path) -> None:
    assert read_or_create(tmp_path / "key") == read_or_create(tmp_path / "key")


def test_a_secret_that_others_may_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    read_or_create(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(SecretRefused, match="chmod 600"):
        read_or_create(tmp_path / "key")


def test_half_a_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").touch(mode=0o600)
    with pytest.raises(SecretRefused, match="restore it from your backup"):
        read_or_create(tmp_path / "key")


def test_of_two_starts_at_once_one_secret_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    winner = tmp_path / "key"
    first = read_or_create(winner)
    monkeypatch.setattr(Path, "exists", lambda _: False)  # the second did not see it yet
    assert first == read_or_create(winner)
    monkeypatch.undo()
    assert ["key"] == [each.name for each in tmp_path.iterdir()]


def test_each_purpose_has_its_own_password() -> None:
    secret = b"s" * 32
    assert derived(secret, "ami") != phone_password(secret, "ami")
    assert phone_password(secret, "m0101") != phone_password(secret, "m0102")
    assert 26 == len(phone_password(secret, "m0101"))
