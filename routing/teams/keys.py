"""A block of teams.yaml whose keys are fixed."""

from pydantic import BaseModel, ConfigDict


class Keys(BaseModel):
    """A block whose keys are fixed: unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
