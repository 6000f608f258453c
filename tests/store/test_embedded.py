import os
from pathlib import Path

import pytest

from store.connection import StoreAddress, connect
from store.embedded import EmbeddedStore, EmbeddedStoreFailed


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path) as store:
        client = connect(StoreAddress(store.url))
        await client.set("kept", "yes")
        await client.aclose()
    with EmbeddedStore(tmp_path) as store:
        client = connect(StoreAddress(store.url))
        assert await client.get("kept") == b"yes"
        await client.aclose()


def test_a_second_store_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path), pytest.raises(EmbeddedStoreFailed, match="another Teamline"):
        EmbeddedStore(tmp_path).start()


def test_a_stopped_store_leaves_no_process(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path) as store:
        pid = store.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
