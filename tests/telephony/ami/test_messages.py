import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.ports import SwitchRefused
from telephony.ami import actions
from telephony.ami.messages import MAX_HEADERS, MAX_LINE, Action, UnsafeAction, member_interface, token

EXPECTED = [
    (actions.login("router", "s3"), "Action: Login|ActionID: 1|Username: router|Secret: s3|Events: on"),
    (actions.logoff(), "Action: Logoff|ActionID: 1"),
    (actions.ping(), "Action: Ping|ActionID: 1"),
    (actions.queue_status(), "Action: QueueStatus|ActionID: 1"),
    (
        actions.queue_status("L01", "PJSIP/m1"),
        "Action: QueueStatus|ActionID: 1|Queue: L01|Member: PJSIP/m1",
    ),
    (
        actions.queue_add("L01", "PJSIP/m1", "m1"),
        "Action: QueueAdd|ActionID: 1|Queue: L01|Interface: PJSIP/m1|MemberName: m1|Penalty: 0",
    ),
    (
        actions.queue_add("L01", "PJSIP/m1", "m1", paused="x"),
        "Action: QueueAdd|ActionID: 1|Queue: L01|Interface: PJSIP/m1|MemberName: m1|Penalty: 0|Paused: true|Reason: x",
    ),
    (
        actions.queue_add("L01", "PJSIP/m1", "m1", paused=""),
        "Action: QueueAdd|ActionID: 1|Queue: L01|Interface: PJSIP/m1|MemberName: m1|Penalty: 0|Paused: true",
    ),
    (
        actions.queue_remove("L01", "PJSIP/m1"),
        "Action: QueueRemove|ActionID: 1|Queue: L01|Interface: PJSIP/m1",
    ),
    (
        actions.queue_pause("PJSIP/m1", True, "lunch"),
        "Action: QueuePause|ActionID: 1|Interface: PJSIP/m1|Paused: true|Reason: lunch",
    ),
    (
        actions.queue_pause("PJSIP/m1", False),
        "Action: QueuePause|ActionID: 1|Interface: PJSIP/m1|Paused: false",
    ),
    (actions.get_variable("X_1"), "Action: Getvar|ActionID: 1|Variable: X_1"),
    (actions.get_variable("X", "SIP/1"), "Action: Getvar|ActionID: 1|Channel: SIP/1|Variable: X"),
    (actions.set_variable("X", "a, b"), "Action: Setvar|ActionID: 1|Variable: X|Value: a, b"),
    (
        actions.originate("Local/s@a/n", "b", "s", "c", {"A": "1"}),
        (
            "Action: Originate|ActionID: 1|Channel: Local/s@a/n|Context: b|Exten: s|Priority: 1|ChannelId: c"
            "|Async: true|Variable: A=1"
        ),
    ),
    (
        actions.redirect("PJSIP/m1-0", "ctx", "s"),
        "Action: Redirect|ActionID: 1|Channel: PJSIP/m1-0|Context: ctx|Exten: s|Priority: 1",
    ),
    (actions.status(), "Action: Status|ActionID: 1"),
    (actions.status(("A", "B_2")), "Action: Status|ActionID: 1|Variables: A,B_2"),
    (actions.user_event("Said", {"A": "b"}), "Action: UserEvent|ActionID: 1|UserEvent: Said|A: b"),
    (actions.contacts(), "Action: PJSIPShowContacts|ActionID: 1"),
]


@pytest.mark.parametrize(("action", "lines"), EXPECTED)
def test_an_action_is_its_lines_with_crlf_and_an_empty_line(action: Action, lines: str) -> None:
    assert (lines.replace("|", "\r\n") + "\r\n\r\n").encode() == action.to_bytes("1")


@pytest.mark.parametrize("evil", ["a\r\nAction: Command", "a\nb", "a\rb", "a\0b", "\x1b[0m", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused_in_every_value(evil: str) -> None:
    for build in (
        lambda: actions.login("u", evil),
        lambda: actions.set_variable("X", evil),
        lambda: actions.redirect(evil, "ctx", "s"),
        lambda: actions.user_event("Said", {"A": evil}),
        lambda: Action(evil),
        lambda: Action("Ping").to_bytes(evil),
    ):
        with pytest.raises(UnsafeAction):
            build()


@pytest.mark.parametrize("name", ["", "A B", "A:", "1A", "A\r\n", "Ä"])
def test_a_header_name_that_could_be_misread_is_refused(name: str) -> None:
    with pytest.raises(UnsafeAction, match="header's name"):
        Action("UserEvent", ((name, "x"),))


@pytest.mark.parametrize("name", ["Action", "ACTION", "ActionID"])
def test_the_headers_that_we_write_ourselves_are_refused(name: str) -> None:
    with pytest.raises(UnsafeAction, match="twice"):
        Action("UserEvent", ((name, "Command"),))


@pytest.mark.parametrize("evil", ["", "a,b", "a;b", "a|b", "a b", "a\n", "ä", "SHELL(id)"])
def test_tokens_are_letters_digits_dash_and_underscore_alone(evil: str) -> None:
    for build in (
        lambda: token("queue", evil),
        lambda: actions.queue_status(evil),
        lambda: actions.queue_add(evil, "PJSIP/m1", "m1"),
        lambda: actions.queue_add("L01", "PJSIP/m1", evil),
        lambda: actions.queue_pause("PJSIP/m1", True, evil or "?"),
        lambda: actions.get_variable(evil),
        lambda: actions.originate("Local/s@a/n", "ctx", "s", "1", {evil: "x"}),
    ):
        with pytest.raises(UnsafeAction):
            build()


@pytest.mark.parametrize("evil", ["m1", "PJSIP/", "PJSIP/a b", "SIP/m1", "PJSIP/m1\n", "Local/1@x/n"])
def test_a_member_is_a_pjsip_endpoint_alone(evil: str) -> None:
    with pytest.raises(UnsafeAction):
        member_interface(evil)


def test_a_comma_would_set_a_second_variable() -> None:
    with pytest.raises(UnsafeAction, match="comma"):
        actions.originate("Local/s@a/n", "ctx", "s", "1", {"A": "1,B=2"})


def test_a_line_is_at_most_1023_bytes_with_its_crlf() -> None:
    longest = MAX_LINE - len("A: \r\n")
    Action("UserEvent", (("A", "x" * longest),))

    with pytest.raises(UnsafeAction, match="longer than a line"):
        Action("UserEvent", (("A", "x" * (longest + 1)),))


def test_a_line_is_measured_in_bytes() -> None:
    with pytest.raises(UnsafeAction, match="longer than a line"):
        Action("UserEvent", (("A", "ä" * 600),))


def test_an_action_has_at_most_128_headers_with_its_id() -> None:
    headers = tuple((f"H{number}", "x") for number in range(MAX_HEADERS - 2))
    assert Action("UserEvent", headers).to_bytes("1").count(b"\r\n") - 1 == MAX_HEADERS

    with pytest.raises(UnsafeAction, match="more than 128"):
        Action("UserEvent", (*headers, ("One", "more")))


def test_an_unsafe_action_is_a_refusal_for_whoever_asked() -> None:
    assert issubclass(UnsafeAction, SwitchRefused)


def test_the_repr_of_an_action_shows_no_secret() -> None:
    assert repr(actions.login("router", "s3cret")) == "Action(Login)"


@given(st.text(max_size=50))
def test_whatever_is_said_stays_on_its_line(value: str) -> None:
    try:
        sent = Action("UserEvent", (("A", value),)).to_bytes("1")
    except UnsafeAction:
        return

    assert [b"Action: UserEvent", b"ActionID: 1", f"A: {value}".encode(), b"", b""] == sent.split(b"\r\n")
