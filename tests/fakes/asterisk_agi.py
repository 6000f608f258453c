"""A client that plays Asterisk's side of FastAGI over a real socket, as res/res_agi.c does."""

import asyncio
import shlex
from dataclasses import dataclass, field

ENVIRONMENT = {
    "agi_network": "yes",
    "agi_network_script": "inbound",
    "agi_request": "agi://127.0.0.1/inbound",
    "agi_channel": "PJSIP/trunk-00000001",
    "agi_language": "en",
    "agi_uniqueid": "pbx-1700000000.7",
    "agi_callerid": "unknown",
    "agi_accountcode": "",
}


def environment(*arguments: str, **changed: str) -> bytes:
    """The opening lines, with arguments and changes."""
    passed = {f"agi_arg_{place}": argument for place, argument in enumerate(arguments, 1)}
    lines = [f"{name}: {value}\n" for name, value in {**ENVIRONMENT, **changed, **passed}.items()]
    return "".join([*lines, "\n"]).encode()


@dataclass
class Caller:
    """What the person does: keys in order, a blank is a pause that outlasts any prompt or question."""

    keys: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    commands: list[list[str]] = field(default_factory=list)
    missing: frozenset[str] = frozenset()
    """Commands (their first word) that this Asterisk does not know."""

    shows_no_texts: bool = False

    def _press(self) -> str:
        key, self.keys = self.keys[:1], self.keys[1:]
        return key.strip()

    def _code(self) -> str:
        key = self._press()
        return f"200 result={ord(key) if key else 0}"

    def reply(self, line: str) -> str:  # noqa: PLR0911 (one return a command: the table of what Asterisk says)
        """Answer one command as Asterisk would."""
        words = shlex.split(line)
        self.commands.append(words)
        if words[0] in self.missing:
            return "510 Invalid or unknown command"
        match words:
            case ["STREAM", "FILE", _, _]:
                return f"{self._code()} endpos=3000"
            case ["WAIT", "FOR", "DIGIT", _]:
                return self._code()
            case ["GET", "DATA", _, _, most]:
                return self._collect(int(most))
            case ["GET", "VARIABLE", name]:
                known = self.variables.get(name)
                return "200 result=0" if known is None else f"200 result=1 ({known})"
            case ["GET", "FULL", "VARIABLE", text]:
                queue = text.removeprefix("${QUEUE_WAITING_COUNT(").removesuffix(")}")
                return f"200 result=1 ({self.waiting.get(queue, '')})"
            case ["SET", "VARIABLE", name, value]:
                self.variables[name] = value
                return "200 result=1"
            case ["SEND", "TEXT", _]:
                return "200 result=-1" if self.shows_no_texts else "200 result=0"
            case ["SET", "AUTOHANGUP", _] | ["ANSWER"]:
                return "200 result=0"
        return "510 Invalid or unknown command"

    def _collect(self, most: int) -> str:
        entry = ""
        while len(entry) < most:
            key = self._press()
            if not key:
                return f"200 result={entry} (timeout)"
            if key == "#":
                break
            entry += key
        return f"200 result={entry}"

    @property
    def played(self) -> list[str]:
        """The files that were played, by path."""
        return [words[2] for words in self.commands if words[:2] == ["STREAM", "FILE"]]


class AsteriskCall:
    """One AGI session from Asterisk's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, port: int, opening: bytes = b"", host: str = "127.0.0.1") -> "AsteriskCall":
        """Connect and send what Asterisk would send first."""
        call = cls(*await asyncio.open_connection(host, port))
        call.send(opening)
        return call

    def send(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(raw)

    async def command(self) -> str:
        """The next command line; empty when the router closed."""
        try:
            return (await self.reader.readline()).decode().removesuffix("\n")
        except ConnectionError:
            return ""

    async def serve(self, caller: Caller) -> Caller:
        """Answer every command until the router closes."""
        while line := await self.command():
            self.send(caller.reply(line).encode() + b"\n")
        self.close()
        return caller

    async def closed_by_router(self) -> bool:
        """Wait until the router closes; anything it still sends is dropped."""
        while await self.command():
            pass
        self.close()
        return True

    def close(self) -> None:
        """Go away in an orderly manner."""
        self.writer.close()

    def reset(self) -> None:
        """Go away with a TCP reset."""
        self.writer.transport.abort()
