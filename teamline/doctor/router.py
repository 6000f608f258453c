"""The running router, from outside: FastAGI, health, readiness, metrics."""

import asyncio
import http.client
import json
from collections.abc import Sequence
from typing import Any

from teamline.doctor.findings import Verdict, fail, ok, warn
from teamline.doctor.premises import Premises

START = "start `teamline serve`"
CONNECT_SECONDS, LISTEN_SECONDS, ANSWER_SECONDS = 1.5, 0.3, 2.5
PAGE_SECONDS = 4.0
"""/readyz asks Asterisk, which may be silent for 3 s."""
LARGEST_ANSWER = 4 << 20
OK = 200
# A script that we do not have: ours reads the environment, then closes. Nobody's call is touched.
QUESTION = b"agi_network: yes\nagi_network_script: doctor\nagi_request: agi://localhost/doctor\n\n"


async def agi(on: Premises) -> Sequence[Verdict]:
    """Our own port, and every address under which Asterisk looks for a router."""
    settings = on.settings
    if not (settings.agi_port or settings.agi_addresses):
        return [warn("the port is chosen at each start (TEAMLINE_AGI_PORT=0)", "give it a fixed one")]
    own = [f"{reachable(settings.agi_host)}:{settings.agi_port}"] if settings.agi_port else []
    addresses = dict.fromkeys([*own, *settings.agi_addresses])
    return await asyncio.gather(*(_asked(address) for address in addresses))


async def _asked(address: str) -> Verdict:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except (OSError, TimeoutError):
        return fail(f"nothing listens at {address}", f"{START}, or correct TEAMLINE_AGI_PORT and _ADDRESSES")
    try:
        return await _answers_as_ours(address, reader, writer)
    except OSError:
        return fail(f"{address} resets the connection", f"something else may listen there: free it, {START}")
    finally:
        writer.close()


async def _answers_as_ours(address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Verdict:
    early = await _heard(reader, LISTEN_SECONDS)
    if early is not None and not early:
        return warn(
            f"{address} closes before it is asked",
            "allow this machine in TEAMLINE_AGI_PEERS; or all TEAMLINE_AGI_SESSIONS are taken",
        )
    writer.write(QUESTION)
    said = early or await _heard(reader, ANSWER_SECONDS)
    if said is None:
        return fail(f"{address} accepts and is silent", "the router hangs: look at its log, start it again")
    if said:
        return fail(f"something else listens at {address}", f"free the port, {START}")
    return ok(f"FastAGI answers at {address}")


async def _heard(reader: asyncio.StreamReader, seconds: float) -> bytes | None:
    """What came, empty for a closed connection, None for silence."""
    try:
        async with asyncio.timeout(seconds):
            return await reader.read(64)
    except TimeoutError:
        return None


async def health(on: Premises) -> Sequence[Verdict]:
    """`/healthz` says alive."""
    return [await _page(on.settings.http_host, on.settings.http_port, "/healthz", "alive", "TEAMLINE_HTTP_PORT")]


async def metrics(on: Premises) -> Sequence[Verdict]:
    """Prometheus would find us."""
    settings = on.settings
    wanted = "teamline_build_info"
    return [await _page(settings.metrics_host, settings.metrics_port, "/metrics", wanted, "TEAMLINE_METRICS_PORT")]


async def ready(on: Premises) -> Sequence[Verdict]:
    """What the router itself says it depends on."""
    settings = on.settings
    try:
        _, body = await asyncio.to_thread(got, reachable(settings.http_host), settings.http_port, "/readyz")
        told: dict[str, Any] = json.loads(body)["dependencies"]
        faults = [_dependency(name, each) for name, each in told.items() if not each["is_ok"]]
    except (OSError, http.client.HTTPException):
        return [fail("the router does not tell whether it is ready", START)]
    except (ValueError, KeyError, TypeError):
        return [fail("/readyz does not answer as ours", f"something else may listen there: free the port, {START}")]
    return faults or [ok(f"the router says so of {', '.join(told)}")]


def _dependency(name: str, each: dict[str, Any]) -> Verdict:
    judged = fail if each["is_required"] else warn
    return judged(f"{name}: {each['what']}", str(each["cure"]))


async def _page(host: str, port: int, path: str, wanted: str, setting: str) -> Verdict:
    url = f"http://{reachable(host)}:{port}{path}"
    try:
        status, body = await asyncio.to_thread(got, reachable(host), port, path)
    except (OSError, http.client.HTTPException):
        return fail(f"{url} does not answer", f"{START}, or correct {setting}")
    if status != OK or wanted.encode() not in body:
        return fail(f"{url} does not answer as ours (status {status})", f"free the port, {START}; see its log")
    return ok(url)


def got(host: str, port: int, path: str) -> tuple[int, bytes]:
    """Status and body; no proxy, no redirect. Raises OSError or HTTPException."""
    connection = http.client.HTTPConnection(host, port, timeout=PAGE_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(LARGEST_ANSWER)
    finally:
        connection.close()


def reachable(host: str) -> str:
    """The address to ask for a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - asked, not bound
