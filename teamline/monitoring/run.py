"""Prometheus as a child process: configured as in deploy/prometheus, scraping one lab, its data in the lab's folder."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from teamline.monitoring.fetch import Programs
from telephony.lab.children import Child, end_child, start_child

HERE = Path(__file__).resolve().parent
GRACE_SECONDS = 5
SCRAPE_SECONDS = 5


def shipped() -> Path:
    """The folder with prometheus.yml, rules.yml and alerts.yml: in a checkout, or inside the installed package."""
    in_checkout = HERE.parents[1] / "deploy" / "prometheus"
    return in_checkout if in_checkout.is_dir() else HERE.parent / "examples" / "prometheus"


def configuration(text: str, target: str, rules: Path) -> str:
    """prometheus.yml as shipped, with this target in place of the shipped one and the rules of this folder."""
    told: dict[str, Any] = yaml.safe_load(text)
    told["global"]["scrape_interval"] = told["global"]["evaluation_interval"] = f"{SCRAPE_SECONDS}s"
    told["rule_files"] = [str(rules / Path(name).name) for name in told["rule_files"]]
    told["scrape_configs"][0]["static_configs"] = [{"targets": [target]}]
    return yaml.safe_dump(told, sort_keys=False)


class RunningPrometheus:
    """One Prometheus. Start it from a thread that lives as long as it should: its end is the thread's."""

    def __init__(self, programs: Programs, folder: Path, port: int) -> None:
        self._programs, self._folder = programs, folder
        self._listen = f"127.0.0.1:{port}"
        self.url = f"http://{self._listen}"
        self._child: Child | None = None

    def start(self, target: str) -> None:
        """Scrape `target` (host:port) from now on. Raises OSError when it cannot be started."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / "prometheus.yml"
        file.write_text(configuration((shipped() / "prometheus.yml").read_text("utf-8"), target, shipped()), "utf-8")
        self._child = start_child(self._argv(file), output=self._log, folder=self._folder)

    @property
    def pid(self) -> int | None:
        """Its process while it runs."""
        return self._child.pid if self._child and self._child.poll() is None else None

    @property
    def said(self) -> str:
        """The end of its log."""
        return self._log.read_text("utf-8", errors="replace")[-1000:] if self._log.exists() else ""

    def is_ready(self) -> bool:
        """Whether it answers; asks it, so not from a loop."""
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == http.client.OK)
        except (urllib.error.URLError, http.client.HTTPException, OSError):
            return False

    def stop(self) -> None:
        """End it."""
        if self._child:
            end_child(self._child, GRACE_SECONDS)

    @property
    def _log(self) -> Path:
        return self._folder / "prometheus.log"

    def _argv(self, file: Path) -> list[str]:
        pages = self._programs.pages
        return [
            str(self._programs.prometheus),
            f"--config.file={file}",
            f"--storage.tsdb.path={self._folder / 'data'}",
            f"--web.listen-address={self._listen}",
            *([f"--web.local-assets={pages}/"] if pages else []),
        ]
