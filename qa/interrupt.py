"""Ctrl-C while a library computes → the end of the process, soon.

In: what is to be said. Python hears of Ctrl-C only when the library returns, which may take
seconds; a thread hears of it at once. Only for work that may be killed at any moment, as a build.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator

from qa.config import EXIT_INTERRUPTED

PATIENCE = 0.3
"""Seconds in which a KeyboardInterrupt may end the work as it should."""


@contextlib.contextmanager
def ending_soon(say: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt or, where that does not end the work, exit with 130."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    hears, told = socket.socketpair()
    told.setblocking(False)
    over = threading.Event()

    def watch() -> None:
        while True:
            heard = hears.recv(1)
            if not heard or (heard[0] == signal.SIGINT and not over.wait(PATIENCE)):
                break
        if heard:
            say()
            os._exit(EXIT_INTERRUPTED)

    before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        signal.set_wakeup_fd(before)
        told.close()
        watcher.join()
        hears.close()
