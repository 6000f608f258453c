"""`Queue()` as the Asterisk at hand understands it."""

from telephony.dialplan.wiring import AsteriskVersion


def queue(name: str, asterisk: AsteriskVersion, options: str = "", timeout: str = "", gosub: str = "") -> str:
    """`Queue(name, options, URL, announcement, timeout in seconds, AGI, [Macro before 21,] Gosub)`.

    Mirrors the argument list of queue_exec in apps/app_queue.c, branches 20 and 22. `rule` and `position` are
    never given: order is QUEUE_PRIO alone. A phone that rings when `timeout` is over rings on (`timeoutpriority=conf`).
    """
    macro = [""] if asterisk.has_macro else []
    arguments = [name, options, "", "", timeout, "", *macro, gosub]
    while arguments[-1] == "":
        arguments.pop()
    return f"Queue({','.join(arguments)})"
