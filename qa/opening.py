"""A session that is opened while the prompt waits already.

In: how to open one. Out: the session, when it is needed; whoever asks before it is open waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from qa.session import Session

Tell = Callable[["RenderableType"], None]


class Opening:
    """A session on its way, and the notes that come with it."""

    def __init__(self, open_session: Callable[[Tell], Session]) -> None:
        self._open = open_session
        self._future: Future[Session] = Future()
        self._notes: list[RenderableType] = []
        self._started = False

    def start(self, done: Callable[[], None]) -> None:
        """Begin to open, once, in a thread of its own; `done` is called there in the end."""
        if self._started:
            return
        self._started = True

        def work() -> None:
            try:
                self._future.set_result(self._open(self._notes.append))
            except BaseException as error:  # noqa: BLE001 -- it is raised where the session is asked for
                self._future.set_exception(error)
            done()

        threading.Thread(target=work, daemon=True).start()

    def session(self, tell: Tell) -> Session:
        """Return the session, open by now, and tell the notes; raise what hindered it."""
        self.start(lambda: None)
        session = self._future.result()
        while self._notes:
            tell(self._notes.pop(0))
        return session

    def ready(self) -> Session | None:
        """Return the session if it is open."""
        if not self._future.done() or self._future.exception() is not None:
            return None
        return self._future.result()
