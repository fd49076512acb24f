"""The user's own programs: the pager, and the editor at a line of a file.

In: text, or a file and a line. What is shown in the pager has been made visible before.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from embeddings.errors import ProgramError

_AT_LINE: dict[str, Sequence[str]] = {
    **dict.fromkeys(("code", "codium", "cursor"), ("--goto", "{file}:{line}")),
    **dict.fromkeys(("subl", "zed", "hx", "helix"), ("{file}:{line}",)),
    **dict.fromkeys(("kate", "mate"), ("--line", "{line}", "{file}")),
}
"""How editors are told a line; all others take +LINE FILE, as POSIX's vi and ex do."""


def page(text: str, *, line: int, environment: Mapping[str, str]) -> bool:
    """Show text in the user's pager, from that line of it on; return whether there is a pager."""
    command = _words(environment.get("PAGER") or "less", "PAGER")
    if not command or shutil.which(command[0]) is None:
        return False
    if Path(command[0]).name == "less":
        command += ["-R", f"+{line}"]
    told = {"LESSCHARSET": "utf-8", **environment}  # which is what it is fed, whatever the locale
    try:
        with subprocess.Popen(  # noqa: S603 -- the user's
            command, stdin=subprocess.PIPE, env=told
        ) as pager:
            _feed(pager, text)
    except OSError as error:
        raise ProgramError(
            f"the pager does not start: {error}", hint="set PAGER to another program"
        ) from error
    return True


def _feed(pager: subprocess.Popen[bytes], text: str) -> None:
    """Give a pager its text, and wait until the user leaves it; Ctrl-C is the pager's own."""
    while True:
        try:
            pager.communicate(text.encode("utf-8", "replace") if text else None)
        except KeyboardInterrupt:
            text = ""
            continue
        return


def edit(file: Path, *, line: int, environment: Mapping[str, str]) -> None:
    """Open a file in the user's editor, at a line, and wait until it ends.

    Raises ProgramError when no editor is set or it does not start.
    """
    named = environment.get("VISUAL") or environment.get("EDITOR") or ""
    if not named.strip():
        raise ProgramError("no editor is set", hint="set EDITOR, for example: export EDITOR=nano")
    command = _words(named, "VISUAL" if environment.get("VISUAL") else "EDITOR")
    known = _AT_LINE.get(Path(command[0]).name, ("+{line}", "{file}"))
    command += [part.format(file=file, line=line) for part in known]
    try:
        subprocess.run(command, check=False)  # noqa: S603 -- the user's own editor
    except OSError as error:
        raise ProgramError(
            f"the editor does not start: {error}", hint="set EDITOR to another program"
        ) from error


def _words(command: str, variable: str) -> list[str]:
    """Return a command as words; raise ProgramError where its quotes are not closed."""
    try:
        return shlex.split(command)
    except ValueError as error:
        raise ProgramError(
            f"{variable} is no command: {command}", hint=f"set {variable} to another program"
        ) from error
