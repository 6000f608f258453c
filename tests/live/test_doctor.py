import json

from running_lab import RunningLab


def test_the_doctor_finds_nothing_wrong_with_a_lab(lab: RunningLab) -> None:
    asked = lab.command("doctor", "--json")
    told = json.loads(asked.stdout)
    assert [each for each in told["checks"] if each["level"] != "ok"] == []
    assert asked.returncode == 0
