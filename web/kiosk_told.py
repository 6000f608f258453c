"""What the kiosk API takes and tells, as it is written in JSON; docs/kiosk.md explains it."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from operations.kiosks.faults import Why
from operations.kiosks.now import State, Target
from operations.kiosks.ports import PhoneState
from operations.kiosks.reports import Device, Handset
from web.live import Tenths


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class Scanned(_Sent):
    """A code as the scanner read it."""

    code: str = Field(description="What a customer card holds, or a printed number where they are taken", repr=False)
    concern: Literal["documents", "money", "job"] = "documents"


class OfScan(_Sent):
    """The scan that something is asked for."""

    scan: str | None = Field(
        default=None, max_length=64, description="Its id; null: whichever is bound now, for clients that show no screen"
    )


class CallAsked(OfScan):
    """Talk now."""

    language: str = Field(default="", max_length=16, description="That the person has chosen on the screen")


class CallbackAsked(CallAsked):
    """Be called."""

    to: str = Field(max_length=64, description="`kiosk`, or a telephone number as it is written here", repr=False)


class RingAsked(_Sent):
    """Whose phone is to ring first."""

    member: str = Field(max_length=64)


class PhoneTold(_Sent):
    """How the kiosk's phone is."""

    handset: Handset
    registered: bool
    in_call: bool = False
    scanner: Device = Device.NONE
    camera: Device = Device.NONE
    version: str = Field(default="", max_length=40)


class Sentence(_Answer):
    """For a screen."""

    de: str
    en: str


class ScanTold(_Answer):
    """Whoever has scanned, by their team alone."""

    id: str
    team: str
    team_name: str
    open: bool
    opens_at: AwareDatetime | None
    waiting: int
    estimated_wait_seconds: Tenths | None = Field(description="Median; null while too little is known")
    expires_at: AwareDatetime
    seconds_left: Tenths


class OffersTold(_Answer):
    """Null: possible; else why not."""

    call: Why | None
    kiosk: Why | None
    number: Why | None


class CallTold(_Answer):
    """A call that the router has begun, until the phone is lifted."""

    id: str
    kind: str
    seconds: Tenths


class PromiseTold(_Answer):
    """A callback that was asked for here."""

    to: Target
    team: str
    team_name: str
    place: int | None
    estimated_wait_seconds: Tenths | None


class TroubleTold(_Answer):
    """Something wrong at this kiosk."""

    why: Why
    says: Sentence


class Kiosk(_Answer):
    """A kiosk now."""

    version: str = Field(description="Another one as soon as anything but a figure has changed")
    kiosk: str
    site: str
    site_name: str
    state: State
    scan: ScanTold | None
    offers: OffersTold | None
    call: CallTold | None
    promise: PromiseTold | None
    phone: PhoneState
    troubles: tuple[TroubleTold, ...]


class KioskScanned(Kiosk):
    """A kiosk right after a scan, with the team's line in short."""

    team: str
    open: bool
    waiting: int
    estimated_wait_seconds: Tenths | None = Field(description="Median; null while too little is known")


class KioskBound(_Answer):
    """A kiosk where somebody of this team is now."""

    kiosk: str
    site: str
    team: str
    expires_at: AwareDatetime


class Kiosks(_Answer):
    """Where somebody of the own teams is now."""

    kiosks: tuple[KioskBound, ...]
