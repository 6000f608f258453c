"""Alive, and able to take calls: each dependency named, with its cure."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass

from fastapi import APIRouter, Response


@dataclass(frozen=True, slots=True)
class Dependency:
    """One thing that calls depend on. Without a required one no call is taken; others cost comfort only."""

    is_ok: bool
    is_required: bool
    what: str
    cure: str = ""


_NOT_ABLE = {"description": "Not able: the same, `ready` false", "content": {"application/json": {}}}
Dependencies = Mapping[str, Dependency]


def health(look: Callable[[], Awaitable[Dependencies]]) -> APIRouter:
    """`/healthz` and `/readyz`, without sign-in and without a secret in them."""
    router = APIRouter(tags=["health"])

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", summary="Alive")
    async def healthz() -> dict[str, str]:
        """Answer while the loop turns."""
        return {"status": "alive"}

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", summary="Able to take calls", responses={503: _NOT_ABLE})
    async def readyz(response: Response) -> dict[str, object]:
        """Name every dependency; 503 while a required one fails."""
        found = await look()
        is_ready = all(each.is_ok for each in found.values() if each.is_required)
        response.status_code = 200 if is_ready else 503
        response.headers["Cache-Control"] = "no-store"
        return {"ready": is_ready, "dependencies": {name: asdict(each) for name, each in found.items()}}

    return router
