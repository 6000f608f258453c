"""sd_notify(3): tells systemd (Type=notify) how the router is doing."""

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send one state, e.g. READY=1; nothing happens where systemd does not listen."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifying:
        notifying.connect(name)
        notifying.sendall(state.encode())
