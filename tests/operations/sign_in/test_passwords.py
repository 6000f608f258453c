import pytest
from argon2 import PasswordHasher

from operations.sign_in import older_passwords, passwords
from operations.sign_in.passwords import digest_of, fresh_token, is_outdated, is_right, kept

OLDER = older_passwords.made("correct horse battery", bytes(16), (2, 8, 1))


async def test_a_password_is_known_again_and_no_other() -> None:
    made = await kept("Grüße aus Köln")
    assert [True, False, False] == [await is_right(each, made) for each in ("Grüße aus Köln", "Grüsse aus Köln", "")]


async def test_the_same_password_is_kept_differently_each_time() -> None:
    assert await kept("the same") != await kept("the same")


async def test_a_password_is_kept_by_argon2id_at_the_cost_of_rfc_9106_for_little_memory() -> None:
    assert (await kept("correct horse battery")).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_a_password_that_an_earlier_release_kept_still_fits_and_is_outdated() -> None:
    assert [True, False] == [await is_right(each, OLDER) for each in ("correct horse battery", "another")]
    assert [True, False] == [is_outdated(each) for each in (OLDER, await kept("correct horse battery"))]


def test_one_that_was_cheaper_to_make_is_outdated() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "plain",
        "\ud800",
        "argon2id$v=19$...",
        "$argon2id$v=19$m=65536,t=3,p=4$AA$AA",
        "$argon2id$v=19$m=4194304,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$argon2id$v=19$m=65536,t=4000,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$argon2id$v=19$m=65536,t=3,p=4000$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAA",
        "scrypt$2$32768$8$3$AA$AA",
        "scrypt$1$x$8$3$AA$AA",
        "scrypt$1$32768$8$3$%$AA",
        "scrypt$1$3$8$3$AA$AA",
        "scrypt$1$4294967296$8$3$AA$AA",
        "scrypt$1$32768",
        "scrypt$1$-1$8$3$AA$AA",
    ],
)
async def test_what_was_kept_otherwise_fits_no_password(broken: str) -> None:
    assert not await is_right("", broken)


async def test_an_endless_password_is_not_worked_on() -> None:
    assert not await is_right("x" * 257, passwords.ARGON.hash("x" * 257))


def test_tokens_are_long_and_never_the_same() -> None:
    made = {fresh_token() for _ in range(100)}
    assert ({43}, 100, 64) == ({len(each) for each in made}, len(made), len(digest_of("x")))
