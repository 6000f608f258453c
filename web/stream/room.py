"""`GET /api/v1/live/stream`: a snapshot, then each change as it happens."""

from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Request
from fastapi.responses import StreamingResponse

from web.looking import Audience, Looking
from web.stream.answer import EventStream
from web.stream.streams import Streams
from web.stream.wire import Lens

MOST_TEAMS_LENGTH = 4000
MOST_ID_LENGTH = 64


def live_stream(streams: Streams, looking: Looking, teams_: Callable[[], Collection[str]]) -> APIRouter:
    """The route; `teams_` are those of the configuration in force."""
    router = APIRouter(prefix="/api/v1/live", tags=["live"])

    @router.get(
        "/stream",
        summary="Every team, as it changes",
        response_class=StreamingResponse,
        responses={
            200: {"content": {"text/event-stream": {}}, "description": "Server-sent events"},
            401: {"description": "Who asks?"},
            403: {"description": "Not yours to see"},
            503: {"description": "Not known yet, or too many streams"},
        },
    )
    async def stream(
        request: Request,
        teams: Annotated[str, Query(max_length=MOST_TEAMS_LENGTH, description="Ids with commas; empty: all")] = "",
        last_event_id: Annotated[str, Query(max_length=MOST_ID_LENGTH, description="For who cannot send headers")] = "",
        last_event_id_header: Annotated[str, Header(alias="Last-Event-ID", max_length=MOST_ID_LENGTH)] = "",
    ) -> EventStream:
        """Events `snapshot` (as /live, and `now`), `change`, `heartbeat` every 2 s, and `over` with a `reason`.

        With the id of the last event that was seen it goes on from there. A reader who is too slow is let go.
        """
        audience = await looking.audience(request)
        wanted = chosen(teams, teams_(), audience)
        viewer = streams.admit(request, audience, wanted, last_event_id_header or last_event_id)
        return EventStream(viewer, lambda: streams.gone(viewer))

    return router


def chosen(told: str, known: Collection[str], audience: Audience) -> Lens:
    """What somebody wants to see, None for all that they may.

    One that is not, or no longer, configured is left out, so that a screen outlives it. HTTPException 422 if none is,
    403 for another's.
    """
    if not told:
        return None
    named = frozenset(each.strip() for each in told.split(","))
    if not named & frozenset(known):
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY, "None of `teams` is configured: ids as in teams.yaml, with commas."
        )
    if not all(audience.sees(each) for each in named & frozenset(known)):
        raise HTTPException(HTTPStatus.FORBIDDEN, "One of these teams is none of your own.")
    return named
