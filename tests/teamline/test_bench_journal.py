import subprocess
import sys


def test_the_journal_s_benchmark_tells_both_ways_into_the_store() -> None:
    program = "from teamline.bench import journal\njournal.CALLS = 600\nprint(journal.run())"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert 2 == told.stdout.count(" facts/s")
