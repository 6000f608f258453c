"""Every kind of fact, and which of them are journalled."""

from facts.call import CallEnded, CallerJoined, CallerLeft, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged
from facts.watch import GapSeen, StaffCounted

CallKind = CallerJoined | CallerLeft | CallEnded | MemberRang | RingEnded | MemberAnswered | TalkEnded
MemberKind = MemberSignedIn | MemberSignedOut | MemberPaused | MemberResumed | PhoneChanged
Journalled = CallKind | StaffCounted | GapSeen
"""What the journal keeps: facts about calls (without the member's id), counts and gaps."""
Fact = Journalled | MemberKind
