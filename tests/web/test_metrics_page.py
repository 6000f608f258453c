import asyncio

from web.metrics_page import page


async def test_what_became_due_while_figures_were_copied_comes_before_the_text() -> None:
    told: list[str] = []

    def copy() -> None:
        asyncio.get_running_loop().call_soon(told.append, "due")
        told.append("copied")

    def render() -> bytes:
        told.append("rendered")
        return b"text"

    assert await page(copy, render) == b"text"
    assert told == ["copied", "due", "rendered"]
