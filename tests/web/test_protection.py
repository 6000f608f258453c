import httpx
import pytest
from fastapi import FastAPI, Request

from web.protection import HEADERS, MOST_ADDRESS, MOST_FIELDS, protect
from web.wallboard.page import PATH

TEAMS = ",".join(f"team-{number:03}" for number in range(400))


async def _asked(path: str, **headers: str) -> httpx.Response:
    app = FastAPI(openapi_url=None)

    @app.get(PATH)
    async def told(request: Request) -> int:
        return len(request.query_params)

    app.add_exception_handler(Exception, _nothing)
    protect(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        return await client.get(path, headers=headers)


async def _nothing(*_: object) -> None:
    return None


@pytest.mark.parametrize(
    ("expected", "path", "headers"),
    [
        (200, f"{PATH}?teams={TEAMS}", {"cookie": "a=" + "b" * 8192, "authorization": "Bearer " + "x" * 4096}),
        (414, f"{PATH}?{'a=1&' * (MOST_ADDRESS // 4)}", {}),
        (414, "/" + "a" * MOST_ADDRESS, {}),
        (431, PATH, {"cookie": "a=1; " * (MOST_FIELDS // 5)}),
    ],
)
async def test_a_question_that_is_longer_than_any_of_ours_is_refused(
    expected: int, path: str, headers: dict[str, str]
) -> None:
    answer = await _asked(path, **headers)
    assert expected == answer.status_code
    assert [] == [name for name in HEADERS if name not in answer.headers]
