"""Conversations in files: Markdown to read, JSON to verify."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from embeddings.errors import QuestionError
from qa.export import json_text, markdown_of
from qa.language import ENGLISH
from qa.replies import Exported
from qa.saved import quotes_of_saved
from qa.session import Session
from tests.fakes import FakeEncoder
from tests.libraries import SMALL, Library
from tests.running import run
from tests.test_present import DANGEROUS, HOSTILE, STEERING, answer


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A conversation in which two questions have been asked."""
    encoder = FakeEncoder()
    session = Library.from_articles(tmp_path, SMALL, encoder=encoder).session(encoder)
    session.ask("图书馆每天早上几点开门？")
    session.ask("qwerty")
    return session


def export(session: Session, path: str) -> Exported:
    reply = session.turn(f"/export {path}")
    assert isinstance(reply, Exported)
    return reply


def test_markdown_has_questions_answers_and_footnotes(session: Session) -> None:
    """Each question is a heading; every passage has its footnote, numbered through."""
    text = export(session, "a.md").text
    assert re.findall("^## (.*)$", text, re.MULTILINE) == ["图书馆每天早上几点开门？", "qwerty"]
    used = re.findall(r"\[\^(\d+)\](?!:)", text)
    stated = re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)
    assert stated == [str(number) for number in range(1, len(stated) + 1)]
    assert set(used) == set(stated)
    assert "library.txt:1" in text


def test_the_answer_sentence_is_strong_in_every_reader_of_markdown(session: Session) -> None:
    """Between a mark and a Chinese character ** would neither open nor close."""
    from markdown_it import MarkdownIt

    text = export(session, "a.md").text
    shown = MarkdownIt().render(text)
    assert "**" in text
    assert "**" not in shown
    assert "<strong>图书馆每天早上九点开门,晚上八点关门</strong>。[^1]" in shown


def test_a_footnote_stands_at_the_quote(session: Session) -> None:
    """Not behind the passage; and where the article has a new line, there is a space."""
    text = export(session, "a.md").text
    assert "**图书馆每天早上九点开门,晚上八点关门**。[^1] 周一闭馆。" in text


def test_json_is_verified_later(small: Library, tmp_path: Path) -> None:
    """What was exported can be held against the articles: every quote stands there."""
    file = tmp_path / "a.json"
    lines = f"图书馆几点开门？\n无人机几架？\n/export {file}\n"
    assert run("chat", *small.options, stdin=lines.encode()).code == 0
    exported = json.loads(file.read_text(encoding="utf-8"))
    assert [one["question"] for one in exported["answers"]] == ["图书馆几点开门？", "无人机几架？"]
    assert all(len(one["citations"]) == len(one["passages"]) for one in exported["answers"])
    assert len(quotes_of_saved(file.read_text(encoding="utf-8"))) >= 4
    checked = run("verify", str(file), *small.options)
    assert (checked.code, checked.err) == (0, "")
    assert " 0 gone" in checked.out


def test_a_file_is_written_over_only_when_confirmed(small: Library, tmp_path: Path) -> None:
    """The answer to the question comes from the same place as the lines: y writes, else not."""
    file = tmp_path / "a.md"
    for word, kept in (("n", "mine"), ("y", "## 图书馆")):
        file.write_text("mine", encoding="utf-8")
        lines = f"图书馆几点开门？\n/export {file}\n{word}\n"
        result = run("chat", *small.options, stdin=lines.encode())
        assert f"{file} exists; write over it?" in result.out
        assert file.read_text(encoding="utf-8").startswith(kept)


@pytest.mark.parametrize("path", ["", "a.txt", "a", "a.md.pdf"])
def test_other_names_are_refused(session: Session, path: str) -> None:
    """The name says the form; without one of the two nothing is made."""
    with pytest.raises(QuestionError) as error:
        session.turn(f"/export {path}")
    assert "/export FILE.md" in error.value.hint


def test_nothing_to_export(tmp_path: Path) -> None:
    """Before the first answer there is nothing."""
    encoder = FakeEncoder()
    session = Library.from_articles(tmp_path, SMALL, encoder=encoder).session(encoder)
    with pytest.raises(QuestionError, match="no answer yet"):
        session.turn("/export a.md")


def test_a_folder_that_cannot_be_written_costs_one_turn(small: Library, tmp_path: Path) -> None:
    """The file's name and the reason are told, and the chat goes on."""
    lines = f"图书馆几点开门？\n/export {tmp_path}/no/a.md\n/new\n"
    result = run("chat", *small.options, stdin=lines.encode())
    assert result.code == 0
    assert "cannot write" in result.err
    assert "No such file" in result.err
    assert "A new conversation." in result.out


def test_exports_steer_nothing() -> None:
    """Whatever stands in articles, names and questions: no control, no bidi, no markup."""
    hostile = answer(DANGEROUS, question=HOSTILE, searched=f"{HOSTILE}?", confidence=0.9)
    text = markdown_of([hostile], language=ENGLISH, accessed=None)
    assert not STEERING.search(text.replace("\n", ""))
    assert "\\[/b\\]" in text
    assert "<U+202E>" not in text, "angle brackets would be HTML"


def test_json_steers_nothing_and_says_the_same() -> None:
    """Hidden characters are escaped in JSON, so that parsing gives the very text."""
    value = {"text": HOSTILE + "\x7f\U000e0041\udcff许"}
    text = json_text(value)
    assert not STEERING.search(text)
    assert json.loads(text) == value
    assert "许" in text
