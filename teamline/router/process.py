"""The router: builds everything, wires it, starts it, and ends it in the right order."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import structlog
from twisted.internet.endpoints import HostnameEndpoint

from ivr.after_queue import after_queue
from ivr.announce import announce
from ivr.call_back import call_back
from ivr.house import House
from ivr.inbound import inbound
from ivr.kiosk import kiosk
from ivr.member_desk import more_wrap_up, pause_or_resume, sign_in_or_out
from ivr.on_call import on_call
from ivr.phrases.catalogue import Catalogue
from metrics.exporter import Exporter
from operations.active import ActiveRouter, InForce, Subject
from operations.attempts import HourlyAttempts
from operations.closings import Closings
from operations.configuration import Follower
from operations.emergencies import EmergencyService
from operations.members import MemberDesk
from operations.reconciliation import Reconciliation
from teamline import __version__
from teamline.clock import wall_clock
from teamline.rendering import ami_secret, rendered
from teamline.router.decisions import Decisions
from teamline.router.dependencies import dependencies
from teamline.router.features import Features, Parts
from teamline.router.live import Live
from teamline.router.notify import notify
from teamline.router.sounds import BuiltSounds
from teamline.router.start import Found
from teamline.router.what_if_job import ChildJob, environment
from teamline.settings import Settings
from telephony.agi.ending import SessionEnd
from telephony.agi.line import AgiLine
from telephony.agi.server import AgiServer
from telephony.ami.connection import AmiConnection
from telephony.ami.on_call import on_call_answered
from telephony.ami.protocol import Account
from telephony.ami.switch import AmiSwitch
from telephony.ami.time_outs import ChannelTimeOuts
from telephony.dialplan.files import ForeignFile, write
from telephony.dialplan.lines import UnrenderableValue
from telephony.dialplan.wiring import UnsupportedAsterisk
from web.app import application
from web.connection import Bounds
from web.health import Dependencies
from web.metrics_page import metrics_application
from web.proxies import networks
from web.room import Room
from web.server import WebServer
from web.what_if_rooms import what_if_rooms

DRAIN_SECONDS = 4.0
OTHER_CONNECTIONS = 4500
"""Beside the live streams: 3000 desks, and 1500 for everything that is asked and answered."""
COUNTED = frozenset({"inbound", "kiosk"})

log = structlog.get_logger()


class RouterProcess:
    """Everything of one router beside one Asterisk."""

    def __init__(self, settings: Settings, found: Found) -> None:
        self.settings = settings
        self._found = found
        self._secret = found.secret
        self.exporter = Exporter(__version__, settings.node)
        clock = wall_clock(settings.clock_at)
        decisions = Decisions(settings.node, self.exporter, lambda: self.live, found.stored.keyed_hash)
        self.router = ActiveRouter(found.in_force, clock, decisions.decided, lambda: self.live.waits.states)
        self.closings = Closings(found.stored.closings, found.last, self.router, clock)
        self.follower = Follower(self.router, found.stored, self._took_over, closed=self.closings.closed)
        centre = found.in_force.centre
        self._catalogue = Catalogue.load()
        self.sounds = BuiltSounds(self._catalogue, settings.prompts_folder, tuple(centre.languages.values()))
        self._attempts = HourlyAttempts(self._secret, lambda: self.router.centre.limits.tries_per_hour)
        self.ami = self._ami_connection()
        self._time_outs = ChannelTimeOuts(self.ami.request, lambda: self.ami.is_connected)
        self.agi = self._agi_server()
        self.switch = AmiSwitch(self.ami)
        self.desk = MemberDesk(self.switch, lambda: self.router.centre)
        self._reconciliation = Reconciliation(self.desk, lambda: self.router.centre)
        self.live = Live(
            settings,
            self.ami,
            found.stored.journal,
            lambda: self.router.centre,
            clock,
            self._reconciliation.follow,
        )
        service = EmergencyService(settings.node, self.live.stream.take)
        self.ami.on_event(on_call_answered(service.answered))
        self.what_if = ChildJob(environment(settings))
        self.features = Features(self._parts(clock))
        self.features.administration.dependencies = lambda: dependencies(self)
        self.features.live_stream.streams.dropped = self.exporter.live_viewers_dropped.inc
        self.http = self._web_server()
        self.metrics = WebServer(
            metrics_application(self._show_metrics, self.exporter.render, self.exporter.content_type)
        )
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def sign_in_depends(self) -> Dependencies:
        """The identity provider, if one is set."""
        return self.features.front.depends

    def _web_server(self) -> WebServer:
        app = application(
            __version__,
            lambda: dependencies(self),
            self.live.look,
            self._rooms(),
            looking=self.features.looking,
            proxies=networks(self.settings.proxies),
        )
        return WebServer(app, Bounds(most=self.settings.streams + OTHER_CONNECTIONS))

    def _parts(self, clock: Callable[[], datetime]) -> Parts:
        found = self._found
        return Parts(
            self.settings,
            found.stored,
            found.secret,
            self.router,
            self.live,
            self.ami,
            self.switch,
            self.desk,
            self.sounds,
            self.closings,
            clock,
        )

    def _rooms(self) -> list[Room]:
        rooms = [*what_if_rooms(self.what_if, lambda: self.router.centre, self.features.front.door)]
        for feature in self.features.all:
            rooms += feature.rooms
        return rooms

    async def start(self) -> None:
        """Listen on every port and follow the store. Raises OSError or CannotListenError for a taken port."""
        settings = self.settings
        await self._took_over(None, self.router.in_force)
        agi = await self.agi.start(settings.agi_host, settings.agi_port)  # a long journal keeps no caller waiting
        await self.live.start()
        for feature in self.features.all:
            await feature.start()
        self.ami.on_connected(lambda: self._background(self._reconciliation.follow()))
        self.ami.on_connected(self._time_outs.connected)
        self.ami.start()
        http = await self.http.start(settings.http_host, settings.http_port)
        metrics = await self.metrics.start(settings.metrics_host, settings.metrics_port)
        self._background(self.follower.follow())
        log.info("router_started", agi=agi, http=http, metrics=metrics, **self._versions())
        notify("READY=1")

    async def stop(self) -> None:
        """HTTP first, then the calls in the IVR (they finish or fall back), then Asterisk, then the store."""
        notify("STOPPING=1")
        self.features.let_go()
        await self.http.stop()
        await self.what_if.cancel()
        await self.agi.drain(DRAIN_SECONDS)
        for feature in reversed(self.features.all):
            await feature.stop()
        await self.metrics.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._time_outs.stop()
        await self.ami.stop()
        await self.live.stop()
        log.info("router_stopped")

    def tell_missing_sounds(self) -> None:
        """Log the sounds that are not there: found now, not in a call."""
        if missing := self.sounds.missing:
            log.error("prompts_missing", count=len(missing), first=", ".join(missing[:5]))

    async def reload(self) -> None:
        """SIGHUP: look at the prompts and the store again, and at teams.yaml if it changed."""
        await asyncio.to_thread(self.sounds.measure)
        await self._found.activate_changed_file(self.settings)
        await self.follower.look()
        log.info("reloaded", **self._versions())

    def _agi_server(self) -> AgiServer:
        return AgiServer(
            {
                "inbound": self._inbound,
                "kiosk": self._kiosk,
                "callback": self._callback,
                "after-queue": self._after_queue,
                "on-call": self._on_call,
                "member": self._member,
            },
            self.sounds,
            most_sessions=self.settings.agi_sessions,
            peers=[ip_network(peer) for peer in self.settings.agi_peers],
            ended=self._ended,
            language=self.router.centre.default_language,
            rearm=self._time_outs.rearm,
            recordings=str(self.settings.voice_folder.absolute()),
        )

    def _ami_connection(self) -> AmiConnection:
        from twisted.internet import reactor  # noqa: PLC0415 - installed by teamline.loop before us

        endpoint = HostnameEndpoint(reactor, self.settings.ami_host, self.settings.ami_port, timeout=5)
        account = Account(self.settings.ami_user, ami_secret(self.settings, self._secret))
        return AmiConnection(endpoint, reactor, account)

    async def _inbound(self, line: AgiLine) -> None:
        await inbound(line, self._house(line))

    async def _kiosk(self, line: AgiLine) -> None:
        _, phone = (*line.arguments, "", "")[:2]
        await kiosk(line, self._house(line), self.features.kiosks.scanned(line, phone))

    async def _callback(self, line: AgiLine) -> None:
        chosen = self.features.redial.language(next(iter(line.arguments), ""))
        await call_back(line, tuple(self.router.centre.languages.values()), chosen)

    async def _after_queue(self, line: AgiLine) -> None:
        await after_queue(line, self._house(line))

    async def _on_call(self, line: AgiLine) -> None:
        await on_call(line, self._house(line))

    def _house(self, line: AgiLine) -> House:
        return House(
            router=self.router.about(lambda: Subject(line.call_id, language=line.language)),
            attempts=self._attempts,
            within=asyncio.timeout,
            waits=self.live.waits.of(line),
            mailbox=self.features.mailbox.of(line),
            notices=self.features.notices,
            callbacks=self.features.redial.of(line.call_id),
        )

    async def _member(self, line: AgiLine) -> None:
        wish, member = (*line.arguments, "", "")[:2]
        if wish == "announce":
            await announce(line, self.features.notices, member)
            return
        if wish == "ring":
            await self.features.kiosks.rung(line, member)
            return
        wished = {"sign": sign_in_or_out, "pause": pause_or_resume, "more": more_wrap_up}.get(wish)
        if wished is None:
            log.warning("member_script_without_a_wish")  # our dialplan always names one: a stranger's does not
            return
        await wished(line, self.desk, member)

    def _ended(self, end: SessionEnd) -> None:
        if end.script in COUNTED or not end.script:
            self.exporter.ivr_ended(end.outcome.value, end.seconds)

    async def _took_over(self, before: InForce | None, now: InForce) -> None:
        """Another version is in force: Asterisk's configuration and its members follow; nobody in line moves."""
        await self._found.keep(now)
        if before and before.centre is now.centre:
            return
        if before:
            self.agi.language = now.centre.default_language
            await asyncio.to_thread(self.sounds.speak, tuple(now.centre.languages.values()))
            self.tell_missing_sounds()
            self.live.configured()
        for feature in self.features.all:
            feature.configured(now)
        await self._render(now)
        if self.ami.is_connected:
            self._background(self._reconciliation.follow())

    async def _render(self, force: InForce) -> None:
        if not self.settings.render_into:
            return
        try:
            files = await asyncio.to_thread(rendered, force.centre, force.config_version, self.settings, self._secret)
            changed = await asyncio.to_thread(write, self.settings.render_into, files)
        except (UnsupportedAsterisk, ForeignFile, UnrenderableValue, OSError) as error:
            log.warning("not_rendered", reason=str(error))  # the files stay as they were, calls go on
        else:
            log.info("rendered", changed=changed)

    def _show_metrics(self) -> None:
        """What a scrape is to render, copied on the loop."""
        directory = self.router.in_force.directory
        self.exporter.directory_entries.set(len(directory))
        made_at = directory.made_at
        self.exporter.directory_age_seconds.set(time.time() - made_at.timestamp() if made_at else 0)
        self.exporter.store_up.set(self.follower.is_store_up)
        self.exporter.config_last_reload_successful.set(self.follower.is_last_reload_successful)
        self.exporter.ami_connected.labels(self.settings.node).set(self.ami.is_connected)
        self.exporter.live_viewers.set(self.features.live_stream.streams.open)
        self.exporter.show(self.live.figures())

    def _versions(self) -> dict[str, str]:
        force = self.router.in_force
        return {"config": force.config_version, "directory": force.directory.version}

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
