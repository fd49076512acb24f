"""The chat in a real terminal: whole sessions, screen by screen.

The sessions lie in tests/golden/chats, one file for each language and size; a line of ═ stands
between two screens, with the keys that were pressed. After a wanted change:
`UPDATE_GOLDEN=1 pytest tests/test_chat.py` writes them anew; then read the difference.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from embeddings.bundled import BundledEncoder
from scripts.draw_chat import same
from tests.libraries import SMALL, Library
from tests.running import process_environment
from tests.samples import GOLDEN
from tests.terminals import PROMPT, QUIET, Terminal, terminal

CHATS = GOLDEN / "chats"
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"

SIZES = ((80, 24), (40, 20))
LANGUAGES = ("en", "zh")

ENTER, BACKSPACE, INTERRUPT, END = "\r", "\x7f", "\x03", "\x04"
UP, SEARCH, TAB, ESCAPE = "\x1b[A", "\x12", "\t", "\x1b"
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(\x07|\x1b\\)|[=>])")
NAMED = {
    ENTER: "⏎",
    BACKSPACE: "⌫",
    INTERRUPT: "^C",
    END: "^D",
    UP: "↑",
    SEARCH: "^R",
    TAB: "⇥",
}

QUESTION = "许昌市公安局购置了多少架无人机？"

_IN_FLOAT32 = (
    "import embeddings.compiled as engine\n"
    "fastest = engine.compiled\n"
    "engine.compiled = lambda graph, aim, precision='': fastest(graph, aim, precision or 'f32')\n"
    "from qa.cli import main\nmain()"
)
IN_FLOAT32 = (sys.executable, "-P", "-c", _IN_FLOAT32)
"""qa, computing as any processor can: in bfloat16 passages that are equally near change places."""


class Talk:
    """Talks, and writes down what is pressed and what is seen."""

    def __init__(self, chat: Terminal) -> None:
        self._chat = chat
        self.seen = [chat.wait_for_prompt()]

    def press(self, keys: str, there: Callable[[str], object] | str) -> None:
        """Press keys, and wait for what is to be there then."""
        self._chat.type(keys)
        shown = "".join(NAMED.get(key, key) for key in re.split(r"(\x1b\[A|.)", keys) if key)
        self._write(shown, self._chat.wait(there))

    def say(self, line: str) -> None:
        """Type a line, and wait until the chat waits for the next."""
        self._chat.type(line)
        self._chat.wait(lambda text: "".join(line.split())[-8:] in "".join(text.split()))
        self._chat.type(ENTER)
        self._write(f"{line}⏎", self._chat.wait_for_prompt())

    def _write(self, keys: str, screen: str) -> None:
        self.seen.append(f"═══ {keys}\n{screen}")


@pytest.fixture(scope="module")
def in_float32(seeds: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """`seeds/` and an index of it that is the same on every processor."""
    library = Library(seeds.articles, tmp_path_factory.mktemp("float32") / "index")
    command = [*IN_FLOAT32, "index", *library.options]
    subprocess.run(command, check=True, capture_output=True, env=process_environment())
    return library


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_session_is_as_agreed(
    in_float32: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    size: tuple[int, int],
) -> None:
    """Two runs of the chat, with every command, are screen by screen those in their file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").symlink_to(in_float32.articles)
    options = ("--articles", "seeds", "--index", str(in_float32.index), "--lang", language)
    columns, lines = size
    seen = []
    for play in (first_run, second_run):
        with terminal(
            *options,
            home=tmp_path,
            columns=columns,
            lines=lines,
            command=IN_FLOAT32,
            PAGER="cat",
        ) as chat:
            talk = Talk(chat)
            seen += play(talk, chat)
    file = CHATS / f"{language}_{columns}x{lines}.txt"
    text = "\n".join(seen) + "\n"
    if UPDATE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    agreed = file.read_text(encoding="utf-8")
    assert text == agreed or same(text, agreed)


def first_run(talk: Talk, chat: Terminal) -> list[str]:
    """Type and delete Chinese, ask, follow up, be refused; use every command."""
    talk.press("许昌市公安局购置了多少架飞机", "飞机")
    talk.press(BACKSPACE * 2, lambda text: "飞机" not in text)
    talk.press(f"无人机？{ENTER}", PROMPT.search)
    for line in (
        "那是哪个公安局？",
        "食堂每天供应几餐？",
        "/more",
        "/explain",
        QUESTION,
        "/cite 2",
        "/cite 1 gbt",
        "/open 1",
        "/filter outlet 内蒙古法制报",
        "包头市公安局的活动叫什么？",
        "/filter since 1999 until 1999",
        "/filter off",
        "/sources 法制报",
        "/export 问答.md",
        "/export 问答.md",
        "n",
        "/index",
        "/help",
        "/help filter",
        "/sorces",
        "/new",
        " /open 是什么？",
        "/quit",
    ):
        if line == "/quit":
            chat.type(line + ENTER)
        else:
            talk.say(line)
    assert chat.left() == 0
    return talk.seen


def second_run(talk: Talk, chat: Terminal) -> list[str]:
    """Find what the first run asked; complete; drop a line; leave by Ctrl-C."""
    talk.press(UP, "? /quit")
    talk.press(UP, "?  /open 是什么？")
    talk.press(INTERRUPT, PROMPT.search)
    talk.press(f"{SEARCH}无人", "': 许昌市")
    talk.press(INTERRUPT, PROMPT.search)
    talk.press("/fi", "/filter")
    talk.press(TAB, "? /filter")
    talk.press(" outlet 内", "内蒙古法制报")
    talk.press(TAB, "outlet 内蒙古法制报")
    talk.press(INTERRUPT, PROMPT.search)
    chat.type(INTERRUPT)
    assert chat.left() == 130
    return talk.seen


def test_outlets_are_offered_as_soon_as_they_are_known(seeds: Library, tmp_path: Path) -> None:
    """What is typed before the index is open is completed when it is, without another key."""
    code = (
        "import time, qa.opening\n"
        "from qa.cli import main\n"
        "begin = qa.opening.Opening.__init__\n"
        "def later(self, session):\n"
        "    begin(self, lambda tell: (time.sleep(3), session(tell))[1])\n"
        "qa.opening.Opening.__init__ = later\nmain()"
    )
    command = (sys.executable, "-P", "-c", code)
    with terminal(*seeds.options, home=tmp_path, command=command) as chat:
        assert "内蒙古法制报" not in chat.wait_for_prompt()
        chat.type("/filter outlet 内")
        chat.wait("内蒙古法制报")


@pytest.fixture
def chat(small: Library, tmp_path: Path) -> Iterator[Terminal]:
    """A chat over three small articles."""
    with terminal(*small.options, home=tmp_path) as started:
        started.wait_for_prompt()
        yield started


def test_ctrl_c_ends_a_running_question_and_keeps_the_chat(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A question that takes half a minute is dropped at once; the next is answered; a second
    Ctrl-C leaves."""
    command = (sys.executable, "-m", "tests.slow_chat", str(tmp_path / "library"))
    with terminal(home=tmp_path, command=command) as chat:
        chat.wait_for_prompt()
        took = []
        for _ in range(3):  # the machine may be busy
            chat.type(f"慢{ENTER}")
            time.sleep(0.5)
            begun = time.monotonic()
            chat.type(INTERRUPT)
            chat.wait("Interrupted.")
            took.append(time.monotonic() - begun - QUIET)
            chat.type(f"/new{ENTER}{ENTER}")
            chat.wait_for_prompt()
        with capsys.disabled():
            print(f"\nCtrl-C ends a question in {min(took):.2f} s")
        assert min(took) <= 0.3
        chat.type(f"图书馆几点开门？{ENTER}")
        chat.wait("library.txt:1")
        chat.type(f"慢{ENTER}")
        time.sleep(0.5)
        chat.type(INTERRUPT)
        chat.wait("Interrupted.")
        chat.type(INTERRUPT)
        assert chat.left() == 130
        assert b"Traceback" not in chat.sent


def test_ctrl_c_at_an_empty_prompt_asks_for_a_second(chat: Terminal) -> None:
    """One Ctrl-C says how to leave; a question after it counts anew; two in a row leave."""
    chat.type(INTERRUPT)
    chat.wait("Ctrl-C again leaves.")
    chat.type(f"图书馆几点开门？{ENTER}")
    chat.wait("library.txt:1")
    chat.wait_for_prompt()
    chat.type(INTERRUPT)
    chat.wait(lambda text: text.count("Ctrl-C again leaves.") == 2)
    chat.type(INTERRUPT)
    assert chat.left() == 130


def test_ctrl_d_leaves(chat: Terminal) -> None:
    """Ctrl-D at an empty prompt leaves with 0."""
    chat.type(END)
    assert chat.left() == 0
    assert b"Traceback" not in chat.sent


def test_a_resize_redraws_the_line_and_the_next_answer_fits(chat: Terminal) -> None:
    """What is being typed stays, and what comes then is as narrow as the window."""
    chat.type("许昌市公安局购置了")
    chat.wait("购置了")
    chat.resize(40, 20)
    chat.type("多少架无人机？")
    chat.wait("? 许昌市公安局购置了多少架无人机？")
    chat.type(ENTER)
    chat.wait("drones.txt:1 · confidence")
    assert "« 许昌" not in chat.wait_for_prompt()
    answered = ESCAPES.sub("", chat.sent.decode()).rpartition("drones.txt:1 ·")
    assert max(map(cell_len, "".join(answered[1:]).split("\r\n"))) <= 40


def test_a_paste_of_several_lines_is_one_question(chat: Terminal) -> None:
    """Pasted line breaks end no question; in Chinese they leave nothing behind."""
    chat.type("\x1b[200~许昌市公安局\r\n购置了多少架\n无人机？\x1b[201~")
    chat.wait("? 许昌市公安局购置了多少架无人机？")
    chat.type(ENTER)
    chat.wait("drones.txt:1")


def test_the_history_is_private_and_may_be_switched_off(small: Library, tmp_path: Path) -> None:
    """Only the user may read the lines; with --no-history none are kept, nor found."""
    for option, kept in (((), True), (("--no-history",), False)):
        home = tmp_path / str(kept)
        with terminal(*option, *small.options, home=home) as chat:
            chat.wait_for_prompt()
            chat.type(f"图书馆几点开门？{ENTER}")
            chat.wait("library.txt:1")
            chat.wait_for_prompt()
            chat.type(END)
            assert chat.left() == 0
        history = home / "article-qa" / "history"
        assert history.exists() == kept
        if kept:
            assert "图书馆几点开门？" in history.read_text(encoding="utf-8")
            assert stat.S_IMODE(history.stat().st_mode) == 0o600
            assert stat.S_IMODE(history.parent.stat().st_mode) == 0o700


def test_a_damaged_index_ends_the_prompt_with_its_error(small: Library, tmp_path: Path) -> None:
    """What is found while the prompt waits already is told at once, and the exit code is 1."""
    library = small.copy(tmp_path)
    for file in (library.index / "snapshots").rglob("manifest.json"):
        file.write_text("{}", encoding="utf-8")
    with terminal(*library.options, home=tmp_path) as chat:
        assert chat.left() == 1
        assert "error: the index is damaged: manifest.json" in chat.text()
        assert b"Traceback" not in chat.sent


def test_what_changed_is_noted_above_the_prompt(tmp_path: Path, encoder: BundledEncoder) -> None:
    """A note comes while the prompt waits; /index brings the index up to date and goes on."""
    library = Library.from_articles(tmp_path, SMALL, encoder=encoder)
    (library.articles / "new.txt").write_text("动物园新来了三只熊猫。\n", encoding="utf-8")
    with terminal(*library.options, home=tmp_path) as chat:
        chat.wait("note: articles have changed since they were indexed: 1 new; to bring the index")
        chat.wait_for_prompt()
        chat.type(f"/index{ENTER}")
        chat.wait("4 passages")
        chat.wait_for_prompt()
        chat.type(f"动物园新来了几只熊猫？{ENTER}")
        chat.wait("new.txt:1")


def test_the_prompt_comes_before_the_index_is_open(small: Library, tmp_path: Path) -> None:
    """Nothing that opens an index is imported before there is a prompt."""
    code = (
        "import sys, qa.line_editor as e\n"
        "from qa.cli import main\n"
        "def read(self, filters, shown):\n"
        "    print('MODULES', *sorted(sys.modules)); raise EOFError\n"
        "e.LineEditor.read = read\nsys.argv = ['qa', *sys.argv[1:]]\nmain()"
    )
    command = (sys.executable, "-P", "-c", code)
    with terminal(*small.options, home=tmp_path, columns=2000, command=command) as chat:
        assert chat.left() == 0
        modules = set(chat.sent.decode().split("MODULES")[1].split())
    assert "prompt_toolkit" in modules
    assert not modules & {"numpy", "faiss", "tantivy", "opencc", "sqlite3", "embeddings.articles"}
