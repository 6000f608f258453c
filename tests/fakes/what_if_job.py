"""A what-if job that a test moves on by hand, with the rules of the real one."""

from web.what_if_job import AlreadyRunning, Now, Progress, State, Step
from web.what_if_question import Asked


class HeldJob:
    """Runs until `now` is set to something else."""

    def __init__(self) -> None:
        self.now = Now()

    def start(self, question: Asked) -> None:
        if self.now.state is State.RUNNING:
            raise AlreadyRunning
        self.now = Now(State.RUNNING, Progress(Step.STARTING, 0, 0), question)

    async def cancel(self) -> None:
        self.now = Now()
