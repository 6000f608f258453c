"""The router's API, as docs/kiosk.md describes it: with the standard library, each question in a connection of its own.

No redirect is followed and no proxy asked: the token goes to the one address of kiosk.yaml. Nothing that was asked or
answered stands in any error.
"""

import http.client
import json
import ssl
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from operations.kiosks.reports import Report

ANSWER_SECONDS = 3.0
EVENT_SECONDS = 20
"""So long the router may think about what is new."""
_LARGEST_ANSWER = 64 * 1024
_LONGEST_WORD = 64
_REFUSALS = frozenset({409, 422, 429})


class RouterAway(Exception):
    """The router does not answer, or not as it should; the sentence says what was seen."""


class RouterRefuses(RouterAway):
    """The token opens nothing here (any more): only an administrator can help."""


class ScanRefused(Exception):
    """The router knows this code for none, or takes no more just now; the word is the API's `why`."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the phone needs of the router's state: its version, and the call that is rung for somebody here, or None."""

    version: str
    direct: str | None


class RouterClient:
    """One kiosk's way to the router. `address` is http(s)://host[:port]; every method blocks for seconds at most."""

    def __init__(self, address: str, kiosk: str, token: str, ca_file: str | None = None) -> None:
        parts = urlsplit(address)
        self._is_secure, self._host, self._port = parts.scheme == "https", parts.hostname or "", parts.port
        self._tls = ssl.create_default_context(cafile=ca_file) if self._is_secure else None
        self._path = f"/api/v1/kiosks/{kiosk}"
        self._token = token

    def scan(self, code: str) -> None:
        """Bind whoever has shown this code. Raises ScanRefused, RouterAway."""
        self._ask("POST", "/scan", {"code": code})

    def forget(self) -> None:
        """Nobody is bound any more. Raises RouterAway."""
        self._ask("DELETE", "/scan")

    def tell(self, report: Report) -> None:
        """How the kiosk is. Raises RouterAway."""
        self._ask("POST", "/state", asdict(report))

    def events(self, after: str) -> Told:
        """The state once it is another than `after`, or as it is in a while. Raises RouterAway."""
        answer = self._ask(
            "GET", f"/events?after={after}&seconds={EVENT_SECONDS}", seconds=EVENT_SECONDS + ANSWER_SECONDS
        )
        try:
            return _told(answer)
        except (LookupError, TypeError, ValueError) as error:
            raise RouterAway("the router's answer is not understood") from error

    def _ask(self, method: str, path: str, body: Any = None, seconds: float = ANSWER_SECONDS) -> Any:  # noqa: ANN401 - JSON
        connection = self._connection(seconds)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, self._path + path, content, self._headers(content))
            answer = connection.getresponse()
            raw = answer.read(_LARGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise RouterAway(type(error).__name__) from None
        finally:
            connection.close()
        return _answered(answer.status, raw)

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        if self._tls:
            return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=seconds)

    def _headers(self, content: str | None) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        return headers if content is None else {**headers, "Content-Type": "application/json"}


def _answered(status: int, raw: bytes) -> Any:  # noqa: ANN401 - JSON
    """Raises ScanRefused, RouterRefuses, RouterAway."""
    if status in {401, 403, 404}:
        raise RouterRefuses(f"the router answers {status}")
    try:
        answer = json.loads(raw) if raw else None
    except ValueError:
        raise RouterAway(f"the router answers {status}, and no JSON") from None
    if status in _REFUSALS:
        raise ScanRefused(_word(answer.get("why", "")) if isinstance(answer, dict) else "")
    if not 200 <= status < 300:  # noqa: PLR2004 - RFC 9110: 2xx went well
        raise RouterAway(f"the router answers {status}")
    return answer


def _told(answer: Any) -> Told:  # noqa: ANN401 - JSON
    """Raises LookupError, TypeError, ValueError."""
    call = answer["call"]
    is_direct = answer["state"] == "calling" and isinstance(call, dict) and call.get("kind") == "direct"
    return Told(_word(answer["version"]), _word(call["id"]) if is_direct else None)


def _word(told: object) -> str:
    """A short word of our own alphabet. Raises ValueError."""
    if (
        not isinstance(told, str)
        or len(told) > _LONGEST_WORD
        or not all(each.isalnum() or each in "-_." for each in told)
    ):
        raise ValueError("no word of the API")
    return told
