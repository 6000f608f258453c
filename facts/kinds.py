"""Every kind of fact, and which of them are journalled."""

from facts.call import CallEnded, CallerJoined, CallerLeft, MemberAnswered, MemberRang, RingEnded, TalkEnded
from facts.callback import CallbackMoved
from facts.contact import ContactDecided, LeftWithUs, OnCallAnswered
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged
from facts.wait import WaitLearned, WaitProved, WaitTold
from facts.watch import GapSeen, StaffCounted

CallKind = CallerJoined | CallerLeft | CallEnded | MemberRang | RingEnded | MemberAnswered | TalkEnded
MemberKind = MemberSignedIn | MemberSignedOut | MemberPaused | MemberResumed | PhoneChanged
WaitKind = WaitTold | WaitProved | WaitLearned
ContactKind = ContactDecided | OnCallAnswered | LeftWithUs | CallbackMoved
Journalled = CallKind | WaitKind | ContactKind | StaffCounted | GapSeen
"""What the journal keeps: facts about calls (without the member's id), waits as told and as found, counts, gaps."""
Fact = Journalled | MemberKind
