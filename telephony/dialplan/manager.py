"""manager.conf: the router's AMI user, with no right and no event that it does not need."""

from telephony.dialplan.lines import document, network, option, secret, section, token
from telephony.dialplan.wiring import Wiring

EVENTS = (
    "QueueCallerJoin",
    "QueueCallerLeave",
    "QueueCallerAbandon",
    "QueueMemberAdded",
    "QueueMemberRemoved",
    "QueueMemberPause",
    "QueueMemberPenalty",
    "QueueMemberRinginuse",
    "QueueMemberStatus",
    "AgentCalled",
    "AgentConnect",
    "AgentComplete",
    "AgentDump",
    "AgentRingNoAnswer",
    "Hangup",
    "HangupRequest",
    "BridgeLeave",
    "BridgeDestroy",
    "BlindTransfer",
    "AttendedTransfer",
    "LocalOptimizationEnd",
    "OriginateResponse",
    "Rename",
)

OWN_EVENTS = "eventfilter(action(include),name(UserEvent),header(UserEvent),method(starts_with)) = Teamline"


def render(wiring: Wiring) -> str:
    """The text of manager.conf. Filters by name exist from 20.10 on, so every supported release has them."""
    user = token(wiring.ami_user, "AMI user")
    return document(
        wiring.version,
        [
            section(
                "[general](+)",
                [option("allowmultiplelogin", "yes", "a half-open old session must not lock the router out")],
            ),
            section(f"[{user}]", [*_rights(wiring), *_filters()]),
        ],
    )


def _rights(wiring: Wiring) -> list[str]:
    return [
        option("secret", secret(wiring.ami_secret, "AMI secret")),
        option("deny", "0.0.0.0/0.0.0.0", "from nowhere, and there is no TLS: loopback or a private link"),
        option("deny", "::/0"),
        *(option("permit", network(allowed, "AMI permit")) for allowed in wiring.ami_permit),
        option("read", "agent,call,user"),
        option("write", "agent,call,originate", "never system, command, config, all"),
        option("writetimeout", 5000, "milliseconds until a reader that sleeps is cut off"),
    ]


def _filters() -> list[str]:
    named = [f"eventfilter(action(include),name({event})) =" for event in EVENTS]
    return [*named, OWN_EVENTS]
