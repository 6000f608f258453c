"""The form of the page: works without script, since its fields are the words of the page's address."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from operations.sign_in.accounts import Account
from routing.centre import Centre
from web.page import filled
from web.reports.asked import area_of, site_of
from web.reports.choice import AUTO, SPLITS, STEPS, Choice, Interval


def form(choice: Choice, account: Account, centre: Centre, texts: Mapping[str, str]) -> str:
    """With everything chosen as it is."""
    teams = [team for team in centre.teams.values() if account.serves(team.id)]
    areas = {area_of(centre, team.id) for team in teams}
    sites = {site_of(centre, team.id) for team in teams}
    html = {
        "intervals": _options(((each, texts[f"interval_{each}"]) for each in Interval), choice.interval),
        "steps": _options(((each, texts[f"step_{each}"]) for each in (AUTO, *STEPS)), choice.step),
        "splits": _options(((each, texts[f"by_{each}"]) for each in SPLITS), choice.by),
        "teams": _boxes("team", ((each.id, _team_name(each.id, each.name)) for each in teams), choice.teams),
        "areas": _boxes(
            "area", ((each.id, each.name) for each in centre.areas.values() if each.id in areas), choice.areas
        ),
        "sites": _boxes(
            "site", ((each.id, each.name) for each in centre.sites.values() if each.id in sites), choice.sites
        ),
        "is_open": "open" if choice.teams or choice.areas or choice.sites else "",
    }
    count = len({*choice.teams}) + len({*choice.areas}) + len({*choice.sites})
    chosen = texts["chosen_some"].format(count=count) if count else texts["chosen_all"]
    plain = {**texts, "first": str(choice.first), "last": str(choice.last), "chosen": chosen}
    return filled("reports/form.html", plain, html)


def _team_name(team: str, name: str) -> str:
    return name if team in name else f"{team} {name}"


def _options(known: Iterable[tuple[str, str]], chosen: str) -> str:
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(name)}</option>'
        for value, name in known
    )


def _boxes(name: str, known: Iterable[tuple[str, str]], chosen: Sequence[str]) -> str:
    return "".join(
        f'<label class="choice"><input type="checkbox" name="{name}" value="{escape(value)}"'
        f"{' checked' if value in chosen else ''}> <span>{escape(title)}</span></label>"
        for value, title in known
    )
