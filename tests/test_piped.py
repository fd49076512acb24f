"""The chat without a terminal, asked by other programs."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest

from qa.piped import chat_json
from tests.fakes import FakeEncoder
from tests.libraries import SMALL, Library
from tests.running import COMMAND, process_environment, started


def test_json_lines_one_by_one(tmp_path: Path) -> None:
    """`chat_json` writes one object for each line but /new, and says 1 when one of them failed."""
    encoder = FakeEncoder()
    session = Library.from_articles(tmp_path, SMALL, encoder=encoder).session(encoder)
    objects: list[Any] = []
    sent = "图书馆\n /new \n\n".encode() + b"\xff\n" + "/help\r\n河水".encode()
    assert chat_json(session, io.BytesIO(sent), objects.append) == 1
    assert [value["question"] for value in objects] == ["图书馆", "", "\ufffd", "/help", "河水"]
    assert ["error" in value for value in objects] == [False, True, True, True, False]
    objects.clear()
    assert chat_json(session, io.BytesIO("图书馆\n/new\n".encode()), objects.append) == 0
    assert len(objects) == 1


@pytest.mark.parametrize("json_flag", [(), ("--json",)])
def test_a_pipe_is_answered_line_by_line(small: Library, json_flag: tuple[str, ...]) -> None:
    """Another program gets each answer before it sends the next question; /quit ends with 0."""
    with started("chat", *json_flag, *small.options) as process:
        assert process.stdin
        assert process.stdout
        for question, path in (("图书馆几点开门", "library.txt"), ("河水", "flood.txt")):
            process.stdin.write(f"{question}\n".encode())
            process.stdin.flush()
            for line in process.stdout:  # a hang here is the failure
                if path in line.decode():
                    break
            else:
                pytest.fail(f"no answer to {question}")
        process.stdin.write(b"" if json_flag else b"/quit\n")
        process.stdin.close()
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("json_flag", [(), ("--json",)])
def test_standard_input_may_be_closed(small: Library, json_flag: tuple[str, ...]) -> None:
    """A chat without any standard input, as under a service, ends at once with 0."""
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "chat", *json_flag, *small.options],
        capture_output=True,
        check=False,
        env=process_environment(),
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
