import resource
import subprocess
import sys

from teamline.loop import OPEN_FILES

FEW = 256


def test_the_router_may_open_as_many_files_as_it_may_have() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    script = (
        "import resource; from teamline.loop import open_more_files; "
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({FEW}, {most})); open_more_files(); "
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert (OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)) == int(done.stdout)
