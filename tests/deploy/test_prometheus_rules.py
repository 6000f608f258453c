import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from teamline.monitoring.fetch import Programs, programs

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
DASHBOARD = ROOT / "deploy" / "grafana" / "teamline.json"
DOCS = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
TESTS = sorted((FOLDER / "tests").glob("*_test.yml"))
DOCUMENTED = set(re.findall(r"^\| `(teamline_\w+|target_info)` \|", DOCS, re.MULTILINE))
OF_HISTOGRAMS = re.findall(r"^\| `(teamline_\w+)` \| histogram \|", DOCS, re.MULTILINE)
SERIES = DOCUMENTED | {f"{name}_{part}" for name in OF_HISTOGRAMS for part in ("bucket", "sum", "count")}


def rules(name: str) -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


ALERTS = rules("alerts.yml")
RECORDED = {rule["record"] for rule in rules("rules.yml")}


def named_in(expression: str) -> set[str]:
    """Every metric of ours that an expression names, recorded ones with their level."""
    return set(re.findall(r"(?:team:|centre:)?teamline_\w+(?::\w+)?|target_info", re.sub(r'"[^"]*"', "", expression)))


def expressions() -> Iterator[tuple[str, str]]:
    for rule in (*rules("rules.yml"), *ALERTS):
        yield rule.get("record") or rule["alert"], rule["expr"]
    for number, expression in enumerate(dashboard_expressions()):
        yield f"panel {number}", expression


def dashboard_expressions() -> list[str]:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


@pytest.mark.parametrize(("name", "expression"), list(expressions()))
def test_a_rule_or_panel_asks_only_for_metrics_that_exist(name: str, expression: str) -> None:
    assert named_in(expression) - SERIES - RECORDED == set()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert["alert"]))
def test_an_alert_waits_and_says_how_bad_it_is_and_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["for"]
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert {"summary", "cure"} == alert["annotations"].keys()
    assert all(alert["annotations"].values())


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert["alert"]))
def test_an_alert_is_tested_firing_and_silent(alert: dict[str, Any]) -> None:
    told = [
        bool(case["exp_samples"])
        for tests in TESTS
        for group in yaml.safe_load(tests.read_text(encoding="utf-8"))["tests"]
        for case in group["promql_expr_test"]
        if (pattern := re.search(r'alertname=~?"([^"]+)"', case["expr"])) and re.fullmatch(pattern[1], alert["alert"])
    ]
    assert {True, False} == set(told)


def test_the_docs_list_every_alert_with_its_severity() -> None:
    told = dict(re.findall(r"^\| (Teamline\w+) \| (\w+) \|", DOCS, re.MULTILINE))
    assert {alert["alert"]: alert["labels"]["severity"] for alert in ALERTS} == told


def test_the_docs_name_only_figures_that_are_recorded() -> None:
    named = set(re.findall(r"`((?:team|centre):\w+:\w+)`", DOCS))
    assert named <= RECORDED
    assert {name.split(":")[1] for name in RECORDED} == {name.split(":")[1] for name in named}


def test_the_rules_ask_for_the_job_that_is_scraped() -> None:
    configured = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    assert ["teamline"] == [job["job_name"] for job in configured["scrape_configs"]]
    assert all((FOLDER / name).is_file() for name in configured["rule_files"])


def test_the_dashboard_lets_its_reader_choose_source_and_team() -> None:
    variables = json.loads(DASHBOARD.read_text(encoding="utf-8"))["templating"]["list"]
    assert {"datasource": "datasource", "team": "query"} == {each["name"]: each["type"] for each in variables}


def test_every_panel_reads_the_chosen_source() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    asked = [each["datasource"]["uid"] for panel in panels for each in (panel, *panel.get("targets", []))]
    assert {"${datasource}"} == set(asked)


@pytest.fixture(scope="module")
def found() -> Programs:
    return programs(lambda _percent, _doing: None)


def promtool(found: Programs, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([found.promtool, *words], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.live
def test_prometheus_accepts_configuration_rules_and_alerts(found: Programs) -> None:
    done = promtool(found, "check", "config", FOLDER / "prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.live
@pytest.mark.parametrize("tests", TESTS, ids=lambda path: str(path.stem))
def test_rules_and_alerts_do_what_their_tests_say(found: Programs, tests: Path) -> None:
    done = promtool(found, "test", "rules", tests)
    assert done.returncode == 0, done.stdout + done.stderr
