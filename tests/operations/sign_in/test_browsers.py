import pytest

from operations.sign_in.browsers import browser_of


@pytest.mark.parametrize(
    ("told", "user_agent"),
    [
        ("firefox windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        ("edge windows", "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"),
        ("chrome linux", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36"),
        ("chrome android", "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"),
        ("safari macos", "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) AppleWebKit/605 Version/18.1 Safari/605"),
        ("safari ios", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605 Safari/604"),
        ("firefox", "Firefox/1.0"),
        ("program", "python-httpx/0.28"),
        ("program", ""),
        ("program", "<script>alert(1)</script>" + "x" * 10_000 + "Firefox/1"),
    ],
)
def test_a_browser_is_told_in_words_of_ours(told: str, user_agent: str) -> None:
    assert told == browser_of(user_agent)
