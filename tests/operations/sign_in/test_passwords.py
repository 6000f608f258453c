import pytest

from operations.sign_in import passwords
from operations.sign_in.passwords import digest_of, fresh_token, is_right, kept


async def test_a_password_is_known_again_and_no_other() -> None:
    made = await kept("Grüße aus Köln")
    assert [True, False, False] == [await is_right(each, made) for each in ("Grüße aus Köln", "Grüsse aus Köln", "")]


async def test_the_same_password_is_kept_differently_each_time() -> None:
    assert await kept("the same") != await kept("the same")


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "plain",
        "argon2id$v=19$...",
        "scrypt$2$32768$8$3$AA$AA",
        "scrypt$1$x$8$3$AA$AA",
        "scrypt$1$32768$8$3$%$AA",
        "scrypt$1$4294967296$8$3$AA$AA",
        "scrypt$1$32768",
        "scrypt$1$-1$8$3$AA$AA",
    ],
)
async def test_what_was_kept_otherwise_fits_no_password(broken: str) -> None:
    assert not await is_right("", broken)


async def test_an_endless_password_is_not_worked_on() -> None:
    assert not await is_right("x" * 257, passwords._NOBODYS)


def test_tokens_are_long_and_never_the_same() -> None:
    made = {fresh_token() for _ in range(100)}
    assert ({43}, 100, 64) == ({len(each) for each in made}, len(made), len(digest_of("x")))
