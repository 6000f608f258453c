"""One question to Asterisk and the frames of its answer."""

import asyncio

from twisted.internet.interfaces import IDelayedCall

from operations.ports import SwitchAway, SwitchRefused
from telephony.ami.reader import Frame

MAX_LIST = 50_000
"""Frames of one list: 800 members in five queues each are 4,000."""


class Exchange:
    """Collects what answers one ActionID; `future` has the frames, SwitchRefused or SwitchAway."""

    def __init__(self, future: asyncio.Future[list[Frame]], *, is_list: bool) -> None:
        self.future = future
        self._is_list = is_list
        self._frames: list[Frame] = []
        self._deadline: IDelayedCall | None = None

    def expire_with(self, deadline: IDelayedCall) -> None:
        """The timer that fails this exchange; it is cancelled when the answer is complete."""
        self._deadline = deadline

    def take(self, frame: Frame) -> bool:
        """One frame of the answer, in order; True when it was the last."""
        if frame.is_response:
            return self._take_response(frame)
        if "EventList" in frame:  # astman_send_list_complete_start: "Complete", or "cancelled" with a reason
            self._close(frame)
            return True
        self._keep(frame)
        return False

    def fail(self, error: SwitchAway | SwitchRefused) -> None:
        """No (further) answer counts."""
        self._stop_deadline()
        self._frames = []
        if not self.future.done():
            self.future.set_exception(error)

    def _take_response(self, frame: Frame) -> bool:
        if frame["Response"] == "Error":
            # Some sentences end with a line feed of their own (pjsip_configuration.c: "No Contacts found\n").
            self.fail(SwitchRefused(frame.get("Message", "refused without a reason").strip()[:200]))
            return True
        if self._is_list and "EventList" in frame:
            return False
        self._succeed([] if self._is_list else [frame])
        return True

    def _close(self, frame: Frame) -> None:
        if frame["EventList"].lower() == "complete":
            self._succeed(self._frames)
        else:
            self.fail(SwitchRefused("Asterisk broke off the list"))

    def _keep(self, frame: Frame) -> None:
        if self.future.done():
            return
        self._frames.append(frame)
        if len(self._frames) > MAX_LIST:
            self.fail(SwitchRefused(f"a list of more than {MAX_LIST} frames"))

    def _succeed(self, frames: list[Frame]) -> None:
        self._stop_deadline()
        if not self.future.done():
            self.future.set_result(frames)

    def _stop_deadline(self) -> None:
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
