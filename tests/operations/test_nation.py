"""A directory of five million customers: imported and made into a snapshot within one GiB."""

import subprocess
import sys
from pathlib import Path

import pytest

from routing.teams.file import read
from teamline.bench.invented_customers import write

CUSTOMERS = 5_000_000
GIBIBYTE = 1 << 30
IMPORT = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from operations.directory_import import import_csv
from routing.directory import KeyedHash
from routing.number import NumberFormat
from routing.teams.file import read
imported = import_csv(Path(sys.argv[1]), read(Path(sys.argv[2])), NumberFormat(), KeyedHash(b"k" * 32),
                      lambda done, total: None, now=datetime.now(UTC))
blob = imported.table.to_bytes()
print(imported.customers, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_an_import_of_five_million_lines_stays_under_one_gibibyte(tmp_path: Path) -> None:
    teams = Path("teams.yaml").resolve()
    file = tmp_path / "nation.csv"
    write(file, CUSTOMERS, read(teams), seed=1)
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(file), str(teams)], capture_output=True, text=True, check=True
    )
    customers, peak_bytes = (int(word) for word in done.stdout.split())
    assert customers == CUSTOMERS
    assert peak_bytes < GIBIBYTE
