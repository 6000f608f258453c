"""teams.yaml: the file here, and the version in force."""

from collections.abc import Sequence

from routing.teams.file import TeamsFileError, parse
from teamline.doctor.findings import Verdict, fail, ok, warn
from teamline.doctor.premises import Premises


async def teams(on: Premises) -> Sequence[Verdict]:
    """The file is right, if there is one; each mistake is a line."""
    file = on.teams_file
    if not file.is_file():
        return [_no_file(on)]
    try:
        centre = parse(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        return [fail(f"{file}: cannot be read: {error}", "correct its permissions; it must be UTF-8")]
    except TeamsFileError as error:
        return [fail(f"{each.file}:{each.line}:{each.column}: {each.what}", each.cure) for each in error.mistakes]
    hours = "; opening hours do not count (TEAMLINE_ALWAYS_OPEN)" if on.settings.always_open else ""
    return [ok(f"{file}: {len(centre.teams)} teams, {len(centre.members)} members{hours}")]


def _no_file(on: Premises) -> Verdict:
    if on.settings.config:
        return fail(f"{on.settings.config}: no such file", "correct TEAMLINE_CONFIG or --config")
    return ok("no file here: what is in force comes from the store")


async def active(on: Premises) -> Sequence[Verdict]:
    """A version is in force, it is right, and it is the file here."""
    version = await on.active()
    if version is None:
        return [fail("no teams.yaml is in force", "teamline activate teams.yaml")]
    try:
        parse(version.text, f"{version.id}.yaml")
    except TeamsFileError as error:
        first = error.mistakes[0]
        return [fail(f"{version.id} is in force and wrong: {first}", "teamline rollback, or activate a right one")]
    if on.teams_file.is_file() and on.teams_file.read_text(encoding="utf-8", errors="replace") != version.text:
        return [
            warn(
                f"{version.id} is in force, {on.teams_file} differs from it",
                f"teamline check {on.teams_file} --diff, then teamline activate {on.teams_file}",
            )
        ]
    return [ok(f"{version.id} is in force")]


async def on_call(on: Premises) -> Sequence[Verdict]:
    """Every number of the emergency service can be rung."""
    centre = await on.centre()
    numbers = centre.emergency.on_call
    if not numbers:
        return [ok("no emergency service out of hours (emergency.on_call)")]
    phones = {member.phone for member in centre.members.values()}
    outside = sum(number not in phones for number in numbers)
    if outside and on.settings.trunk is None:
        what = f"{outside} of {len(numbers)} numbers of emergency.on_call are outside, and no call can leave"
        return [fail(what, "name the trunk's PJSIP endpoint in TEAMLINE_TRUNK, or members' phones there")]
    return [ok(f"{len(numbers)} numbers are rung for an emergency out of hours")]
