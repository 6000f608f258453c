"""Why a check could not look."""


class Missing(Exception):
    """Something that a check needs cannot be had: which check names the fault (None: it is none), what, its cure."""

    def __init__(self, owner: str | None, what: str, cure: str) -> None:
        super().__init__(what)
        self.owner = owner
        self.what = what
        self.cure = cure
