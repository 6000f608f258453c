"""What callers hear: prompts in every language, the program that speaks, music to wait with."""

import asyncio
from collections.abc import Sequence

from ivr.phrases.catalogue import Catalogue
from teamline.doctor.findings import Verdict, fail, fail_as_told, ok, warn
from teamline.doctor.premises import Premises
from telephony.prompts.build import missing
from telephony.prompts.engines import SpeechFailed, available

BUILD = "teamline prompts build, then SIGHUP to the router"
SHOWN = 3


async def prompts(on: Premises) -> Sequence[Verdict]:
    """Every sound that a call may need can be played."""
    languages = tuple((await on.centre()).languages.values())
    folder = on.settings.prompts_folder
    gaps = await asyncio.to_thread(missing, Catalogue.load(), folder, languages)
    if gaps:
        more = ", …" if len(gaps) > SHOWN else ""
        return [fail(f"{folder}: {len(gaps)} sounds are missing: {', '.join(gaps[:SHOWN])}{more}", BUILD)]
    return [ok(f"{folder}: complete in {', '.join(languages)}")]


async def speech(on: Premises) -> Sequence[Verdict]:
    """A program that speaks is here; needed only when texts change."""
    try:
        engine = available(on.settings.piper_voices)
        await asyncio.to_thread(engine.version)
    except SpeechFailed as error:
        told = fail_as_told(str(error))
        return [warn(f"{told.what} (needed when texts change)", told.cure)]
    return [ok(f"{engine.name} speaks")]


async def music(on: Premises) -> Sequence[Verdict]:
    """There is something to hear while waiting."""
    folder = on.settings.prompts_folder / "music"
    sounds = [path for path in folder.glob("*.wav*") if path.stat().st_size] if folder.is_dir() else []
    if not sounds:
        return [fail(f"{folder}: no music: people wait in silence", BUILD)]
    return [ok(f"{folder}: {len(sounds)} files")]
