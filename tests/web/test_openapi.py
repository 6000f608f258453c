import threading

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from web.body import described
from web.openapi import describe
from web.problems import answer_with_problems


class Colour(BaseModel):
    name: str


class Wish(BaseModel):
    colour: Colour


def _told() -> dict[str, object]:
    app = FastAPI()
    describe(app)

    @app.post("/wish", responses={409: {"description": "Taken"}}, openapi_extra=described(Wish))
    def wish() -> None:
        pass

    return app.openapi()


def test_every_error_is_a_problem_document() -> None:
    answers = _told()["paths"]["/wish"]["post"]["responses"]  # type: ignore[index]
    assert {"application/problem+json"} == {*answers["409"]["content"], *answers["default"]["content"]}


def test_a_schema_that_a_route_brought_along_is_found_by_name() -> None:
    told = _told()
    body = told["paths"]["/wish"]["post"]["requestBody"]["content"]["application/json"]["schema"]  # type: ignore[index]
    assert "#/components/schemas/Colour" == body["properties"]["colour"]["$ref"]
    assert "Colour" in told["components"]["schemas"]  # type: ignore[index]


def test_what_every_route_that_asks_who_you_are_may_answer_is_named() -> None:
    answers = _told()["paths"]["/wish"]["post"]["responses"]  # type: ignore[index]
    assert {"200", "401", "403", "409", "413", "415", "503", "default"} == {*answers}
    assert "Taken" == answers["409"]["description"]


def test_an_error_with_a_form_of_its_own_keeps_it() -> None:
    app = FastAPI()
    own = {"description": "Not able", "content": {"application/json": {}}}
    app.add_api_route("/readyz", lambda: None, responses={503: own})
    describe(app)
    assert {"application/json": {}} == app.openapi()["paths"]["/readyz"]["get"]["responses"]["503"]["content"]


def test_only_the_sign_in_itself_asks_for_no_sign_in() -> None:
    app = FastAPI()
    for method in ("GET", "POST", "DELETE"):
        app.add_api_route("/api/v1/session", lambda: None, methods=[method])
    describe(app)
    told = app.openapi()["paths"]["/api/v1/session"]
    assert {"get": True, "post": False, "delete": True} == {name: bool(each["security"]) for name, each in told.items()}


def test_people_and_machines_sign_in_in_their_ways() -> None:
    assert {"bearer", "session"} == {*_told()["components"]["securitySchemes"]}  # type: ignore[index]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/openapi.json", 200), ("GET", "/wish", 405)])
async def test_a_description_is_never_made_on_the_loop(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str, status: int
) -> None:
    makers: list[int] = []

    def making(**told: object) -> dict[str, object]:
        makers.append(threading.get_ident())
        return {**told, "paths": {}}

    monkeypatch.setattr("web.openapi.get_openapi", making)
    monkeypatch.setattr("web.openapi.with_problems", lambda told: {"paths": told["paths"]})
    app = FastAPI(openapi_url=None)
    answer_with_problems(app)
    app.add_api_route("/wish", lambda: None, methods=["POST"])
    describe(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        answers = [await client.request(method, path) for _ in range(2)]
    assert [status] * 2 == [each.status_code for each in answers]
    assert 1 == len(makers)
    assert threading.get_ident() not in makers
