"""The private Asterisk's own configuration files, as text.

Only what Teamline uses is loaded: it starts in under a second, and nothing else listens. Whatever is rendered
from teams.yaml lies in `teamline.d/` beside these files and is included by them, as on a real PBX.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MODULES = (
    *("res_timing_timerfd", "res_pjproject", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb"),
    *("res_rtp_asterisk", "res_speech", "res_agi", "res_musiconhold", "res_clioriginate", "res_manager_devicestate"),
    *("codec_ulaw", "codec_alaw", "codec_a_mu", "codec_g722", "codec_gsm", "codec_resample"),
    *("format_wav", "format_pcm", "format_gsm", "format_sln"),
    *("bridge_simple", "bridge_native_rtp", "bridge_softmix", "bridge_holding", "bridge_builtin_features"),
    *("res_pjsip", "res_pjsip_session", "res_pjsip_sdp_rtp", "res_pjsip_acl", "res_pjsip_registrar"),
    *("res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest", "res_pjsip_caller_id"),
    *("res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user"),
    *("res_pjsip_endpoint_identifier_anonymous", "res_pjsip_dtmf_info", "res_pjsip_header_funcs"),
    *("res_pjsip_nat", "res_pjsip_rfc3326", "res_pjsip_pubsub", "res_pjsip_refer", "res_pjsip_dlg_options"),
    *("res_pjsip_messaging", "res_pjsip_empty_info", "res_pjsip_logger", "chan_pjsip"),
    *("func_pjsip_aor", "func_pjsip_contact", "func_pjsip_endpoint"),
    *("app_queue", "app_dial", "app_playback", "app_read", "app_stack", "app_exec", "app_while", "app_if"),
    *("app_verbose", "app_userevent", "app_record", "app_sendtext", "app_senddtmf", "app_sayunixtime"),
    *("app_playtones", "app_channelredirect", "app_transfer", "app_bridgewait", "app_db", "app_originate"),
    *("func_base64", "func_callerid", "func_channel", "func_cut", "func_db", "func_devstate", "func_dialplan"),
    *("func_export", "func_extstate", "func_global", "func_groupcount", "func_hangupcause", "func_json"),
    *("func_lock", "func_logic", "func_math", "func_md5", "func_module", "func_presencestate", "func_rand"),
    *("func_sprintf", "func_strings", "func_sysinfo", "func_timeout", "func_uri", "func_version", "func_volume"),
    "pbx_config",
)
"""Every module that is loaded; `autoload=no` keeps all others out."""

NEVER = 2**32 - 1
"""The largest count that PJSIP's options know."""

_GERMAN_TONES = """[general]
country=de
[de]
description=Germany
ringcadence=1000,4000
dial=425
busy=425/480,0/480
ring=425/1000,0/4000
congestion=425/240,0/240
callwaiting=!425/200,!0/200,!425/200,0
dialrecall=!425/100,!0/100,!425/100,!0/100,!425/100,!0/100,425
record=1400/80,0/15000
info=950/330,0/200,1400/330,0/200,1800/330,0/1000
stutter=425+400
"""

_EMPTY_BUT_ASKED_FOR = ("ccss", "udptl", "queuerules")


@dataclass(frozen=True, slots=True)
class PbxPlaces:
    """Where a private Asterisk keeps its things, all absolute; `run` holds its control socket (short path)."""

    home: Path
    run: Path
    modules: Path

    @property
    def etc(self) -> Path:
        """Configuration files."""
        return self.home / "etc"

    @property
    def rendered(self) -> Path:
        """Configuration rendered from teams.yaml."""
        return self.etc / "teamline.d"

    @property
    def state(self) -> Path:
        """Asterisk's own database: registrations and signed-in members; kept over a restart."""
        return self.home / "var"

    @property
    def log(self) -> Path:
        """Log files: `full` and `queue_log`."""
        return self.home / "log"

    @property
    def texts(self) -> Path:
        """Sound files in `sounds/`, waiting music in `moh/`, option documentation."""
        return self.home / "data"

    def folders(self) -> tuple[Path, ...]:
        """Every folder Asterisk needs before it starts."""
        inside = (self.etc, self.rendered, self.state, self.log, self.home / "spool", self.home / "cache")
        return (*inside, self.run, self.texts / "sounds", self.texts / "moh", self.texts / "agi-bin")


@dataclass(frozen=True, slots=True)
class PbxAccess:
    """Ports of a private Asterisk on the loopback address and the secrets of its two lab accounts."""

    sip: int
    ami: int
    rtp: range
    ami_secret: str = field(repr=False)
    trunk_password: str = field(repr=False)
    ami_user: str = "lab"
    trunk_user: str = "trunk"


def configuration(places: PbxPlaces, access: PbxAccess) -> Mapping[str, str]:
    """File name -> text of everything below `etc`, without what is rendered from teams.yaml."""
    files = {
        "asterisk.conf": _asterisk(places),
        "modules.conf": _section("modules", ["autoload=no", *(f"load={name}.so" for name in MODULES)]),
        "logger.conf": "[general]\nqueue_log=yes\nrotatestrategy=none\n[logfiles]\nfull => notice,warning,error\n",
        "rtp.conf": f"[general]\nrtpstart={access.rtp[0]}\nrtpend={access.rtp[-1]}\nicesupport=no\n",
        "pjsip.conf": _pjsip(access),
        "manager.conf": _manager(access),
        "queues.conf": "[general]\npersistentmembers=yes\nforce_longest_waiting_caller=prio\n" + _include("queues"),
        "extensions.conf": "[general]\nstatic=yes\nwriteprotect=yes\n[globals]\n" + _include("extensions"),
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={places.texts}/moh\n" + _include("musiconhold"),
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "indications.conf": _GERMAN_TONES,
        "features.conf": "[general]\npickupexten=\n",  # *8 would be tried as a pickup, whatever the context
        "stasis.conf": "[threadpool]\n",
        "acl.conf": "",
        "pjproject.conf": "",
    }
    return files | {f"{name}.conf": "[general]\n" for name in _EMPTY_BUT_ASKED_FOR}


def _asterisk(places: PbxPlaces) -> str:
    folders = {
        "astetcdir": places.etc,
        "astmoddir": places.modules,
        "astvarlibdir": places.state,
        "astdbdir": places.state,
        "astkeydir": places.state,
        "astdatadir": places.texts,
        "astagidir": places.texts / "agi-bin",
        "astspooldir": places.home / "spool",
        "astcachedir": places.home / "cache",
        "astrundir": places.run,
        "astlogdir": places.log,
    }
    lines = [f"{name} => {path}" for name, path in folders.items()]
    options = ["nocolor=yes", "quiet=yes", "timestamp=yes", "transmit_silence=yes", "live_dangerously=no"]
    return _section("directories", lines) + _section("options", options)


def _pjsip(access: PbxAccess) -> str:
    system = ["type=global", "endpoint_identifier_order=ip,auth_username,username,anonymous", "user_agent=Teamline lab"]
    system += [f"unidentified_request_count={NEVER}"]  # by default five calls in a row put their From into the log
    transport = ["type=transport", "protocol=udp", f"bind=127.0.0.1:{access.sip}"]
    account = ["type=auth", "auth_type=digest", f"username={access.trunk_user}", f"password={access.trunk_password}"]
    trunk = [f"auth={access.trunk_user}-account", "identify_by=auth_username", f"aors={access.trunk_user}"]
    provider = ["type=aor", "max_contacts=1", "remove_existing=yes"]  # who registers here is the world outside
    return (
        _section("global", system)
        + _section("lab-udp", transport)
        + _include("pjsip")
        + _section(f"{access.trunk_user}-account", account)
        + f"[{access.trunk_user}](teamline-trunk)\n"
        + "\n".join(trunk)
        + "\n"
        + _section(access.trunk_user, provider)
    )


def _manager(access: PbxAccess) -> str:
    general = ["enabled=yes", f"port={access.ami}", "bindaddr=127.0.0.1", "webenabled=no"]
    general += ["allowmultiplelogin=yes", "displayconnects=no"]
    lab = [f"secret={access.ami_secret}", "deny=0.0.0.0/0.0.0.0", "permit=127.0.0.1/255.255.255.255"]
    lab += ["read=system,call,agent,user", "write=system,call,agent,originate,reporting,command"]
    return _section("general", general) + _section(access.ami_user, lab) + _include("manager")


def _section(name: str, lines: Iterable[str]) -> str:
    return f"[{name}]\n" + "".join(f"{line}\n" for line in lines)


def _include(name: str) -> str:
    return f"#tryinclude teamline.d/{name}.conf\n"
