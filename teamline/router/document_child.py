"""The process that looks into documents: one question a line on stdin, one answer a line on stdout.

`{"path": ..., "kind": ..., "most": N}` -> `{"pages": N}` or `{"why": WORD}`. Memory, CPU seconds a document, open
files and written bytes are bounded before anything foreign is read; a fault ends this process and nothing else.
"""

import json
import logging
import resource
import sys
from pathlib import Path

from operations.documents.faults import DocumentRefused
from operations.documents.pages import pages
from routing.document_kind import DocumentKind

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 20
"""A document. Past it the kernel ends the process (SIGXCPU)."""
_OPEN_FILES = 32


def main() -> None:
    """Answer until stdin ends."""
    logging.disable(logging.CRITICAL)  # parsers tell what they found, which is nobody's business here
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _tell({"ready": True})
    for line in sys.stdin:
        _allow_cpu()
        _tell(_answer(line))


def _tell(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _allow_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, resource.RLIM_INFINITY))


def _answer(line: str) -> dict[str, object]:
    asked = json.loads(line)
    try:
        return {"pages": pages(Path(asked["path"]), DocumentKind(asked["kind"]), asked["most"])}
    except DocumentRefused as refused:
        return {"why": refused.why.value}


if __name__ == "__main__":
    main()
