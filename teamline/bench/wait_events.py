"""AMI queue events, one dict each, for the estimator: as a folder of traces tells them."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from routing.waits.estimator import Estimator
from teamline.bench.wait_staff import Counted

_NOT_IN_USE = 1  # AST_DEVICE_NOT_INUSE, include/asterisk/devicestate.h

Event = Mapping[str, Any]


class EventPredictor:
    """The estimator behind the interface of such a folder's score.py."""

    def __init__(self) -> None:
        self.estimator = Estimator()
        self._staff = Counted(self.estimator)
        self._joined = self._gave_up = ""

    def on_event(self, event: Event) -> None:
        """Take the next event in."""
        step = self._STEPS.get(event["Event"])
        if step:
            step(self, event)

    def predict(self, queue: str, now: float, position: int, priority: int) -> dict[str, float]:
        """For the caller who joined last."""
        told = self.estimator.estimate(queue, now, position, urgent=priority > 0, call=self._joined)
        return {"mean": told.mean, "p50": told.p50, "p80": told.p80, "p90": told.p90}

    def _join(self, event: Event) -> None:
        self._joined = event["Uniqueid"]
        urgent = event["Priority"] > 0
        self.estimator.joined(event["Queue"], self._joined, event["Timestamp"], urgent=urgent)

    def _abandon(self, event: Event) -> None:
        self._gave_up = event["Uniqueid"]

    def _leave(self, event: Event) -> None:
        """An abandon comes right before its leave, an answer right after."""
        gave_up = event["Uniqueid"] == self._gave_up
        queue, call = event["Queue"], event["Uniqueid"]
        self.estimator.left(queue, call, event["Timestamp"], answered=not gave_up, gave_up=gave_up)

    def _ring(self, event: Event) -> None:
        self.estimator.rang(event["Interface"], event["Queue"], event["Uniqueid"], event["Timestamp"])

    def _ring_ended(self, event: Event) -> None:
        self.estimator.ring_ended(event["Interface"], event["Timestamp"])

    def _status(self, event: Event) -> None:
        if event["Status"] == _NOT_IN_USE:
            self._ring_ended(event)

    def _answer(self, event: Event) -> None:
        self.estimator.answered(event["Interface"], event["Queue"], event["Timestamp"])

    def _talk_ended(self, event: Event) -> None:
        self.estimator.talk_ended(event["Interface"], event["Timestamp"])

    def _sign_in(self, event: Event) -> None:
        member, queue, at = event["Interface"], event["Queue"], event["Timestamp"]
        self._staff.signed_in(member, queue, at, event["Penalty"], event["Wrapuptime"])

    def _sign_out(self, event: Event) -> None:
        self._staff.signed_out(event["Interface"], event["Queue"], event["Timestamp"])

    def _pause(self, event: Event) -> None:
        if event["Paused"]:
            self._staff.paused(event["Interface"], event["Timestamp"], event["PausedReason"])
        else:
            self._staff.resumed(event["Interface"], event["Timestamp"])

    _STEPS: ClassVar[Mapping[str, Callable[["EventPredictor", Event], None]]] = {
        "QueueCallerJoin": _join,
        "QueueCallerAbandon": _abandon,
        "QueueCallerLeave": _leave,
        "AgentCalled": _ring,
        "AgentRingNoAnswer": _ring_ended,
        "QueueMemberStatus": _status,
        "AgentConnect": _answer,
        "AgentComplete": _talk_ended,
        "QueueMemberAdded": _sign_in,
        "QueueMemberRemoved": _sign_out,
        "QueueMemberPause": _pause,
    }
