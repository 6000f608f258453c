"""The actions that Teamline sends, one function each, with the class that the manager user needs (`write=`).

Names, headers and classes as `manager show command NAME` tells them in Asterisk 22.
"""

from collections.abc import Mapping, Sequence

from telephony.ami.messages import Action, UnsafeAction, member_interface, token


def login(username: str, secret: str) -> Action:
    """Identify ourselves; with all events that the account may read."""
    return Action("Login", (("Username", username), ("Secret", secret), ("Events", "on")))


def logoff() -> Action:
    """End the session; no class needed."""
    return Action("Logoff")


def ping() -> Action:
    """Ask for a sign of life; no class needed."""
    return Action("Ping")


def queue_status(queue: str | None = None, interface: str | None = None) -> Action:
    """List queues, members and callers; no class needed. Ends with QueueStatusComplete.

    An unknown queue is an empty list, not an error.
    """
    headers = []
    if queue is not None:
        headers.append(("Queue", token("queue", queue)))
    if interface is not None:
        headers.append(("Member", member_interface(interface)))
    return Action("QueueStatus", tuple(headers))


def queue_add(queue: str, interface: str, name: str, paused: str | None = None) -> Action:
    """Add a member without penalty, paused for the reason `paused` if given ("": no reason); class agent."""
    headers = [
        ("Queue", token("queue", queue)),
        ("Interface", member_interface(interface)),
        ("MemberName", token("member name", name)),
        ("Penalty", "0"),
    ]
    if paused is not None:
        headers += [("Paused", "true"), *_reason(paused)]
    return Action("QueueAdd", tuple(headers))


def queue_remove(queue: str, interface: str) -> Action:
    """Take a member out of a queue; class agent."""
    return Action("QueueRemove", (("Queue", token("queue", queue)), ("Interface", member_interface(interface))))


def queue_pause(interface: str, paused: bool, reason: str = "") -> Action:
    """Pause or unpause in all queues at once, never in one (no Queue header); class agent."""
    headers = (("Interface", member_interface(interface)), ("Paused", "true" if paused else "false"))
    return Action("QueuePause", (*headers, *_reason(reason)))


def get_variable(name: str, channel: str | None = None) -> Action:
    """Read a variable of a channel, or a dialplan global; class call or reporting."""
    return Action("Getvar", (*_channel(channel), ("Variable", token("variable", name))))


def set_variable(name: str, value: str, channel: str | None = None) -> Action:
    """Set a variable of a channel, or a dialplan global; class call."""
    return Action("Setvar", (*_channel(channel), ("Variable", token("variable", name)), ("Value", value)))


def channel_name(call: str) -> Action:
    """Ask for the name of the channel with this Uniqueid (funcs/func_channel.c); class call or reporting."""
    return Action("Getvar", (*_channel(call), ("Variable", "CHANNEL(name)")))


def queue_priority(queue: str, channel: str, priority: int) -> Action:
    """Give a waiting caller another QUEUE_PRIO, and the place by it, at once; no class needed.

    The caller is known by the channel's name alone, not by Uniqueid (app_queue.c, change_priority_caller_on_queue);
    the priority of a later visit stays what the variable QUEUE_PRIO says.
    """
    headers = (("Queue", token("queue", queue)), ("Caller", channel), ("Priority", str(priority)), ("Immediate", "yes"))
    return Action("QueueChangePriorityCaller", headers)


def queue_withdraw(queue: str, channel: str) -> Action:
    """Let a waiting caller go on in the dialplan, QUEUESTATUS=WITHDRAW; no class needed.

    By the channel's name alone. Who is answered meanwhile is not withdrawn (app_queue.c, queue_exec).
    """
    return Action("QueueWithdrawCaller", (("Queue", token("queue", queue)), ("Caller", channel)))


def set_time_out(channel: str, seconds: int) -> Action:
    """Re-arm TIMEOUT(absolute) of a channel (funcs/func_timeout.c); class call. UnsafeAction for an odd name."""
    return Action("Setvar", (*_channel(channel), ("Variable", "TIMEOUT(absolute)"), ("Value", str(seconds))))


def originate(
    channel: str,
    context: str,
    exten: str,
    channel_id: str,
    variables: Mapping[str, str] | None = None,
    other_channel_id: str = "",
) -> Action:
    """Start a call without waiting for its end (OriginateResponse follows); class originate.

    `channel_id` makes a second one impossible while the first lives; `other_channel_id` is that of the second end of
    a Local channel.
    """
    headers = [
        ("Channel", channel),
        ("Context", token("context", context)),
        ("Exten", token("extension", exten)),
        ("Priority", "1"),
        ("ChannelId", channel_id),
        *((("OtherChannelId", other_channel_id),) if other_channel_id else ()),
        ("Async", "true"),
    ]
    headers += [("Variable", _assignment(name, value)) for name, value in (variables or {}).items()]
    return Action("Originate", tuple(headers))


def redirect(channel: str, context: str, exten: str) -> Action:
    """Send a channel to another place of the dialplan; class call."""
    return Action(
        "Redirect",
        (
            ("Channel", channel),
            ("Context", token("context", context)),
            ("Exten", token("extension", exten)),
            ("Priority", "1"),
        ),
    )


def hang_up(channel: str) -> Action:
    """End a channel, known by its name or Uniqueid; class call or system."""
    return Action("Hangup", _channel(channel))


def status(variables: Sequence[str] = ()) -> Action:
    """List the channels, with the values of these variables; class call or reporting. Ends with StatusComplete.

    Each channel's event has a `Variable: NAME=value` for each of them, `(null)` where it is not set.
    """
    return Action(
        "Status", (("Variables", ",".join(token("variable", name) for name in variables)),) if variables else ()
    )


def user_event(name: str, headers: Mapping[str, str] | None = None) -> Action:
    """Raise an event of our own for every reader of class user; class user."""
    return Action("UserEvent", (("UserEvent", token("event", name)), *(headers or {}).items()))


def contacts() -> Action:
    """List the registered phones; class system. Ends with ContactListComplete."""
    return Action("PJSIPShowContacts")


def _reason(reason: str) -> tuple[tuple[str, str], ...]:
    return (("Reason", token("reason", reason)),) if reason else ()


def _channel(channel: str | None) -> tuple[tuple[str, str], ...]:
    return () if channel is None else (("Channel", channel),)


def _assignment(name: str, value: str) -> str:
    """One `Variable` header: a comma would begin the next variable (manager.c, astman_get_variables)."""
    if "," in value:
        raise UnsafeAction(f"the value of {name} holds a comma")
    return f"{token('variable', name)}={value}"
