from fastapi import FastAPI
from pydantic import BaseModel

from web.body import described
from web.openapi import describe


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


def test_people_and_machines_sign_in_in_their_ways() -> None:
    assert {"bearer", "session"} == {*_told()["components"]["securitySchemes"]}  # type: ignore[index]
