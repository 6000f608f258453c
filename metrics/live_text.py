"""The live figures as OpenMetrics: which series there are, and what each of them says."""

from collections.abc import Sequence
from math import inf, nan

from metrics.call_counts import OUTCOMES, REASONS, Counted
from metrics.callback_counts import WAIT_BOUNDS, CallbacksCounted
from metrics.callback_steps import ATTEMPTS, ENDS, KINDS
from metrics.estimate_counts import ERROR_BOUNDS, EstimatesCounted
from metrics.exposition import Page, bound_labels, labels
from metrics.left_open import LeftOpen
from metrics.live_figures import LiveFigures
from metrics.member_state import MemberState
from metrics.stays import Outcome
from routing.centre import Centre

_ENDED = {
    Outcome.ANSWERED: ("teamline_calls_answered", "Calls that a member answered"),
    Outcome.ABANDONED: ("teamline_calls_abandoned", "Calls that hung up while waiting"),
    Outcome.LOST: ("teamline_calls_lost", "Calls that ended in line by a technical fault, or nobody saw how"),
}
_PROVED = (
    ("teamline_wait_estimates", "Waits told to callers that have ended", "proved"),
    ("teamline_wait_estimates_kept", "Of these answered within the 80 % figure behind the words", "kept"),
    ("teamline_wait_estimates_broken", "Of these not answered within it, and still there then", "broken"),
    ("teamline_wait_estimates_said_seconds", "Mean waits as told, summed over the answered", "said_seconds"),
    ("teamline_wait_estimates_waited_seconds", "Waits as they were, summed over the same", "waited_seconds"),
)
"""Counter, what it says, and its count."""


def live_text(figures: LiveFigures) -> str:
    """Every series of these figures, without the final `# EOF`."""
    page = Page()
    _calls(page, figures.counted)
    _spans(page, figures.counted)
    _estimates(page, figures.estimates)
    _now(page, figures)
    _left(page, figures)
    _callbacks(page, figures.callbacks)
    _kiosks(page, figures)
    _promises(page, figures.centre)
    _watching(page, figures)
    return page.text


def _calls(page: Page, counted: Counted) -> None:
    teams = [(labels(team=team.team), team) for team in counted.teams]
    page.family("teamline_calls_offered", "counter", "Calls that joined the line of a team")
    for team_label, team in teams:
        page.sample("teamline_calls_offered_total", team_label, team.offered)
    for outcome, (name, says) in _ENDED.items():
        page.family(name, "counter", says)
        for team_label, team in teams:
            page.sample(f"{name}_total", team_label, team.ended[OUTCOMES.index(outcome)])
    page.family("teamline_calls_answered_in_target", "counter", "Calls answered within the team's target")
    for team_label, team in teams:
        page.sample("teamline_calls_answered_in_target_total", team_label, team.answered_in_target)
    page.family("teamline_calls_abandoned_short", "counter", "Calls that hung up within the short-abandon time")
    for team_label, team in teams:
        page.sample("teamline_calls_abandoned_short_total", team_label, team.abandoned_short)
    page.family("teamline_calls_flowed_out", "counter", "Calls that left the line for somewhere else, by reason")
    for team_label, team in teams:
        for reason, count in zip(REASONS, team.flowed_out, strict=True):
            page.sample("teamline_calls_flowed_out_total", f'{team_label},reason="{reason}"', count)
    page.family("teamline_fallback_calls", "counter", "Calls offered without a decision of the router")
    page.sample("teamline_fallback_calls_total", "", counted.fallback_calls)


def _spans(page: Page, counted: Counted) -> None:
    bounds = bound_labels(counted.bounds)
    teams = [(labels(team=team.team), team) for team in counted.teams]
    page.family("teamline_wait_seconds", "histogram", "Hold time of calls, by how they left the line")
    for team_label, team in teams:
        for outcome, spans in zip(OUTCOMES, team.waits, strict=True):
            page.histogram("teamline_wait_seconds", f'{team_label},outcome="{outcome}"', bounds, spans)
    page.family("teamline_talk_seconds", "histogram", "Talk time of a caller with one member")
    for team_label, team in teams:
        page.histogram("teamline_talk_seconds", team_label, bounds, team.talks)


def _estimates(page: Page, estimates: Sequence[EstimatesCounted]) -> None:
    teams = [(labels(team=team.team), team) for team in estimates]
    for name, says, count in _PROVED:
        page.family(name, "counter", says)
        for team_label, team in teams:
            page.sample(f"{name}_total", team_label, getattr(team, count))
    bounds = bound_labels(ERROR_BOUNDS)
    page.family("teamline_wait_estimate_error_seconds", "histogram", "Wait as told minus as it was, of the answered")
    for team_label, team in teams:
        page.signed_histogram("teamline_wait_estimate_error_seconds", team_label, bounds, team.errors)


def _now(page: Page, figures: LiveFigures) -> None:
    teams = [(labels(team=team.id), team) for team in figures.board.teams]
    page.family("teamline_callers_waiting", "gauge", "Callers in line now")
    for team_label, team in teams:
        page.sample("teamline_callers_waiting", team_label, team.waiting)
    page.family("teamline_longest_wait_seconds", "gauge", "Longest time since first contact of those in line, or 0")
    for team_label, team in teams:
        page.sample("teamline_longest_wait_seconds", team_label, team.longest_wait_seconds)
    page.family("teamline_estimated_wait_seconds", "gauge", "Median wait of who joins now, NaN while it is not known")
    for team_label, team in teams:
        estimated = team.estimated_wait_seconds
        page.sample("teamline_estimated_wait_seconds", team_label, nan if estimated is None else estimated)
    page.family("teamline_members", "gauge", "Members of a team, by the one state that they are in")
    for team_label, team in teams:
        for state in MemberState:
            page.sample("teamline_members", f'{team_label},state="{state}"', getattr(team.members, state))
    page.family("teamline_team_open", "gauge", "1 while the team takes calls")
    for team_label, team in teams:
        page.sample("teamline_team_open", team_label, team.open)


def _left(page: Page, figures: LiveFigures) -> None:
    teams = [(labels(team=team), figures.left.get(team, LeftOpen())) for team in figures.centre.teams]
    page.family("teamline_messages_open", "gauge", "Voice messages and documents that nobody has claimed")
    for team_label, left in teams:
        page.sample("teamline_messages_open", f'{team_label},kind="voice"', left.voice)
        page.sample("teamline_messages_open", f'{team_label},kind="document"', left.document)
    page.family("teamline_callbacks_open", "gauge", "Callbacks promised and not over yet, tasks on the desk too")
    for team_label, left in teams:
        page.sample("teamline_callbacks_open", team_label, left.callback)


def _callbacks(page: Page, counted: CallbacksCounted) -> None:
    teams = [(labels(team=team.team), team) for team in counted.teams]
    page.family("teamline_callbacks_confirmed", "counter", "Callbacks promised, by kind")
    for team_label, team in teams:
        for kind, count in zip(KINDS, team.confirmed, strict=True):
            page.sample("teamline_callbacks_confirmed_total", f'{team_label},kind="{kind}"', count)
    page.family("teamline_callbacks", "counter", "Callbacks that ended, by how")
    for team_label, team in teams:
        for outcome, count in zip(ENDS, team.ended, strict=True):
            page.sample("teamline_callbacks_total", f'{team_label},outcome="{outcome}"', count)
    page.family("teamline_callback_attempts", "counter", "Dials of citizens that ended, by how")
    for team_label, team in teams:
        for outcome, count in zip(ATTEMPTS, team.attempts, strict=True):
            page.sample("teamline_callback_attempts_total", f'{team_label},outcome="{outcome}"', count)
    page.family("teamline_callback_wait_seconds", "histogram", "Time from the promise until the citizen was reached")
    page.histogram("teamline_callback_wait_seconds", "", bound_labels(WAIT_BOUNDS), counted.waits)


def _kiosks(page: Page, figures: LiveFigures) -> None:
    page.family("teamline_kiosk_calls", "counter", "Calls from kiosks that ended, by what became of them in line")
    for (site, outcome), count in figures.kiosk_calls.items():
        page.sample("teamline_kiosk_calls_total", labels(site=site, outcome=outcome), count)


def _promises(page: Page, centre: Centre) -> None:
    page.family("teamline_target_seconds", "gauge", "Within this time a call of the team should be answered")
    for team in centre.teams.values():
        page.sample("teamline_target_seconds", labels(team=team.id), team.target_seconds)
    page.family("teamline_target_share", "gauge", "Share of calls that should be answered within the target")
    page.sample("teamline_target_share", "", centre.targets.share)


def _watching(page: Page, figures: LiveFigures) -> None:
    page.family("teamline_ami_reconnects", "counter", "Manager connections made again after one was lost")
    page.sample("teamline_ami_reconnects_total", "", figures.ami_reconnects)
    page.family("teamline_live_drift", "counter", "Differences from Asterisk's own answer that were found, by kind")
    for kind, count in figures.drift.items():
        page.sample("teamline_live_drift_total", labels(kind=kind), count)
    page.family("teamline_live_age_seconds", "gauge", "Time since live data was last known to be Asterisk's own")
    page.sample("teamline_live_age_seconds", "", inf if figures.age_seconds is None else figures.age_seconds)
    page.family("teamline_books_broken", "counter", "Facts after which a team's books did not balance")
    page.sample("teamline_books_broken_total", "", figures.books_broken)
    page.family("teamline_journal_spooled", "gauge", "Facts that wait on disk for the store")
    page.sample("teamline_journal_spooled", "", figures.journal_spooled)
    page.family("teamline_gaps", "counter", "Times that we did not watch, by whether queue_log filled them")
    for filled, count in (("yes", figures.counted.gaps_filled), ("no", figures.counted.gaps_open)):
        page.sample("teamline_gaps_total", labels(filled=filled), count)
