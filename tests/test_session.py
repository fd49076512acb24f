"""A turn of the conversation: questions, commands and the errors that cost one turn."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from embeddings.build import build
from embeddings.config import IndexConfig
from embeddings.errors import QuestionError
from qa.answer import Answer
from qa.commands import NAMES, command_named
from qa.file_now import file_now
from qa.filters import Instead
from qa.replies import Cited, Exported, Filtered, Fresh, Help, Quit, Slashless, SmallTalk, Sources
from qa.reply_view import reply_view
from qa.session import Session
from tests.fakes import FakeEncoder, FakeReader
from tests.libraries import SMALL, Library

DAY = ("2024-05-03",)


@pytest.fixture
def encoder() -> FakeEncoder:
    """An encoder that reads 64 words or characters."""
    return FakeEncoder()


@pytest.fixture
def session(tmp_path: Path, encoder: FakeEncoder) -> Session:
    """A conversation over the three small articles, an empty file beside them."""
    articles = {**SMALL, "nothing.txt": ""}
    return Library.from_articles(tmp_path, articles, encoder=encoder).session(encoder)


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("/help", Help()),
        ("/help open", Help(command_named("/open"))),
        ("/help /open", Help(command_named("/open"))),
        ("/help 我", Help(unknown="我")),
        ("/new", Fresh()),
        ("/new ", Fresh()),
        ("/quit", Quit()),
        ("/quit now", Quit()),
        ("/", Help(unknown="/")),
        ("/exit", Help(unknown="/exit", meant="/quit")),
        ("/opne 2", Help(unknown="/opne", meant="/open")),
        ("/Quit", Quit()),
        ("/HELP open", Help(command_named("/open"))),
        ("／help", Help()),
        ("q", Slashless("/quit")),
        ("h", Slashless("/help")),
        ("/删 除", Help(unknown="/删")),
        ("quit", Quit()),
        ("Exit ", Quit()),
        ("退出", Quit()),
        ("help", Slashless("/help")),
        ("帮助", Slashless("/help")),
        ("help filter", Slashless("/help filter")),
        ("sources", Slashless("/sources")),
        ("q/sources 2020", Slashless("/sources 2020")),
        ("Open 2", Slashless("/open 2")),
        ("cite 1 gbt", Slashless("/cite 1 gbt")),
        ("filter outlet 法制报", Slashless("/filter outlet 法制报")),
        ("export a.md", Slashless("/export a.md")),
    ],
)
def test_commands(session: Session, line: str, reply: object) -> None:
    """A line that begins with a slash is a command; one that is none shows the list. What can only
    be a command is not asked for want of its slash: whoever wants to leave leaves."""
    assert session.turn(line) == reply


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/open abc", "abc is no number of a passage"),
        ("/open 9", "there is no passage 9: the last answer has 3"),
        ("/cite 1 xyz", "no style of citation is called xyz"),
    ],
)
def test_what_is_wrong_with_a_command_is_said(session: Session, line: str, message: str) -> None:
    """Of a word that is no number it is not said that there are too few passages."""
    session.turn("图书馆几点开门？")
    with pytest.raises(QuestionError) as error:
        session.turn(line)
    assert str(error.value) == message


def test_a_style_may_be_written_in_capitals(session: Session) -> None:
    """/cite 1 GBT is /cite 1 gbt."""
    session.turn("图书馆几点开门？")
    assert session.turn("/cite 1 GBT") == session.turn("/cite 1 gbt")


def test_every_listed_command_is_one(session: Session) -> None:
    """What /help lists, the session knows."""
    session.turn("图书馆几点开门？")  # something to cite
    for name in NAMES:
        reply = session.turn("/export a.md" if name == "/export" else name)
        assert not isinstance(reply, Answer)
        assert not (isinstance(reply, Help) and reply.unknown)


def test_sources_list_articles_and_what_was_left_out(session: Session) -> None:
    """/sources gives every article in the order of the files, and each file left out."""
    reply = session.turn("/sources")
    assert isinstance(reply, Sources)
    assert [entry.source.path for entry in reply.articles] == list(SMALL)
    assert [entry.passages for entry in reply.articles] == [1, 1, 1]
    assert reply.beginnings[1] == "图书馆每天早上九点开门,晚上八点关门。", "it has no headline"
    assert [(problem.path, problem.reason) for problem in reply.problems] == [
        ("nothing.txt", "empty")
    ]


@pytest.mark.parametrize(
    "line", ["图书馆几点开门？", "  图书馆几点开门？\u3000", "图书馆几点开门？\n"]
)
def test_anything_else_is_a_question(session: Session, line: str) -> None:
    """A question is answered as it was typed, white space around it apart."""
    reply = session.turn(line)
    assert isinstance(reply, Answer)
    assert reply.question == "图书馆几点开门？"
    assert reply.passages[0].passage.source.path == "library.txt"


@pytest.mark.parametrize("line", ["/more 3", "/new 许昌", "/explain x", "/index seeds"])
def test_a_command_that_takes_nothing_says_so(session: Session, line: str) -> None:
    """What stands behind it is not passed over: it may be a question, or a slip."""
    name, rest = line.split()
    session.turn("图书馆几点开门？")
    with pytest.raises(QuestionError, match=f"{name} takes nothing behind it: {rest}") as error:
        session.turn(line)
    assert error.value.hint == f"write: {name}"


@pytest.mark.parametrize("question", ["", " ", "\u3000 \u3000", "\t", "\x00", "\x00\u3000"])
def test_blank_question_is_an_error(session: Session, question: str) -> None:
    """A question of nothing but white space is refused, with a hint."""
    with pytest.raises(QuestionError, match="empty") as error:
        session.ask(question)
    assert error.value.hint


@pytest.mark.parametrize(
    "line",
    [
        " quit",
        " q",
        "  cite 1",
        "open data",
        "help whom?",
        "filter 2020",
        "退出机制",
        "more than 3",
    ],
)
def test_what_may_be_a_question_is_asked(session: Session, line: str) -> None:
    """A command's name with other words behind it is a question, and so is all after a space."""
    reply = session.turn(line)
    assert isinstance(reply, Answer)
    assert reply.question == line.strip()


@pytest.mark.parametrize(("words", "fits"), [(62, True), (63, False), (5000, False)])
def test_question_is_never_cut(session: Session, words: int, fits: bool) -> None:
    """A question as long as the model reads is answered; a longer one names length and limit."""
    question = "问" * words
    if fits:
        assert session.ask(question).question == question
    else:
        with pytest.raises(QuestionError, match=f"{words + 2} tokens.* 64") as error:
            session.ask(question)
        assert error.value.hint


def test_an_error_costs_one_turn(session: Session) -> None:
    """After a question that was refused, the next one is answered as if it were the first."""
    before = session.ask("图书馆")
    with pytest.raises(QuestionError):
        session.ask("")
    assert session.ask("图书馆") == before


def test_new_forgets_the_conversation(session: Session) -> None:
    """After /new, a question is answered as if it were the first, whatever came before it."""
    first = session.ask("那它几点关门？")
    session.ask("河水漫过了什么？")
    session.turn("/new")
    assert session.ask("那它几点关门？") == first


@pytest.mark.parametrize("follow_up", ["那它几点关门？", "为什么？", "呢"])
def test_a_long_question_does_not_spoil_the_next(session: Session, follow_up: str) -> None:
    """A question that fits is answered, also when the one before it filled the model."""
    session.ask("河水漫过了堤岸,两千名居民连夜转移," + "图书馆" * 14)
    assert session.ask(follow_up).question == follow_up


def test_lone_surrogates_are_replaced(session: Session) -> None:
    """What is no character, as a terminal's bad bytes, is asked as the replacement character."""
    assert session.ask("图书馆\udcff").question == "图书馆\ufffd"


def test_a_confidence_is_a_probability(session: Session) -> None:
    """However well or badly a question fits, the confidence lies in [0, 1]."""
    for question in ("图书馆每天早上九点开门,晚上八点关门。", "qwerty", "的"):
        assert 0 <= session.ask(question).confidence <= 1


def test_a_beginning_stands_for_a_headline_only_where_there_is_none(tmp_path: Path) -> None:
    """An article that has a headline is listed by it, and its text is not read for the list."""
    encoder = FakeEncoder()
    files = {
        "a.txt": "甲地开通新桥\n□本报记者 张三\n\n甲地新桥昨日通车，全长三千二百米。\n",
        "b.txt": "河水漫过了堤岸,两千名居民连夜转移。\n",
    }
    session = Library.from_articles(tmp_path, files, encoder=encoder).session(encoder)
    reply = session.turn("/sources")
    assert isinstance(reply, Sources)
    assert [entry.source.title for entry in reply.articles] == ["甲地开通新桥", None]
    assert reply.beginnings == {1: "河水漫过了堤岸,两千名居民连夜转移。"}


def test_an_article_without_a_headline_is_found_by_how_it_begins(tmp_path: Path) -> None:
    """The words that the list shows are those that it can be searched for."""
    encoder = FakeEncoder()
    articles = {"a.txt": "八岁女孩跳街舞走红。她每天练习。\n", "b.txt": "图书馆九点开门。\n"}
    session = Library.from_articles(tmp_path, articles, encoder=encoder).session(encoder)
    found = session.turn("/sources 街舞")
    assert isinstance(found, Sources)
    assert [entry.source.path for entry in found.articles] == ["a.txt"]


def test_what_no_article_has_is_named(session: Session) -> None:
    """/sources 街舞 says that none has it, not that there are no articles."""
    console = Console(width=80, file=io.StringIO())
    console.print(reply_view(session.turn("/sources 街舞")))
    assert console.file.getvalue() == "No article has 街舞.\n"  # type: ignore[attr-defined]


def test_small_talk_is_no_question(session: Session) -> None:
    """It gets a word of its own, and nothing to cite or export; with a space before it is asked."""
    assert isinstance(session.turn("谢谢！"), SmallTalk)
    assert session.passages == ()
    assert isinstance(session.turn(" 谢谢！"), Answer)


def test_a_beginning_has_no_crawler_s_stamp(tmp_path: Path) -> None:
    """What a crawler puts before a text tells no article from another."""
    encoder = FakeEncoder()
    files = {"a.txt": "2023-07-28 15:18，正文：河水漫过了堤岸,两千名居民连夜转移。\n"}
    session = Library.from_articles(tmp_path, files, encoder=encoder).session(encoder)
    assert session.sources().beginnings == {0: "河水漫过了堤岸,两千名居民连夜转移。"}


def test_a_filter_that_nothing_passes_says_what_there_is(tmp_path: Path) -> None:
    """Whoever names an outlet that no article has is told those that there are; who names a time of
    which none is, their time. Under /filter and when asking; else nobody is told."""
    encoder = FakeEncoder()
    files = {"a.txt": "新桥开通\n2024年5月3日 北方日报\n新桥今天开通,有三百人到场。\n"}
    session = Library.from_articles(tmp_path, files, encoder=encoder).session(encoder)
    for words, outlets, dates in (
        ("outlet 晚报", ("北方日报",), ()),
        ("outlet 日报 until 1999", (), DAY),
        ("outlet 晚报", ("北方日报",), DAY),
        ("off", (), ()),
        ("since 2024 outlet 晚报", ("北方日报",), ()),
        ("Until=１９９９", ("北方日报",), DAY),
        ("off", (), ()),
        ("file b.txt until 1999", (), DAY),
        ("off", (), ()),
        ("file b.txt", (), ()),
    ):
        reply = session.turn(f"/filter {words}")
        assert isinstance(reply, Filtered)
        assert reply.instead == Instead(outlets, dates)
        answer = session.turn("有多少人到场？")
        assert isinstance(answer, Answer)
        assert answer.instead == reply.instead
        assert bool(answer.passages) == (words == "off")


def test_a_refusal_says_under_which_filter(tmp_path: Path) -> None:
    """What is not answered because of a filter tells the filter, on the screen and exported."""
    encoder = FakeEncoder()
    session = Library.from_articles(tmp_path, SMALL, encoder=encoder).session(encoder)
    session.turn("/filter file library.txt")
    answer = session.turn("警车有几辆？")
    assert isinstance(answer, Answer)
    assert not answer.answered
    console = Console()
    with console.capture() as shown:
        console.print(reply_view(answer))
    assert "searched only: library.txt" in shown.get()
    markdown, exported = session.turn("/export a.md"), session.turn("/export a.json")
    assert isinstance(markdown, Exported)
    assert "*searched only: library.txt*" in markdown.text
    assert isinstance(exported, Exported)
    assert json.loads(exported.text)["answers"][0]["filters"] == "library.txt"


def test_footnotes_of_one_conversation_have_numbers_of_their_own(session: Session) -> None:
    """Footnotes pasted into one text, whether by /cite or /export, do not take each other's place:
    those of a later question go on counting, and both commands give a passage the same number."""
    session.ask("图书馆几点开门？")
    passages = len(session.passages)
    session.ask("警车有几辆？")
    cited = session.turn("/cite 2 markdown")
    assert isinstance(cited, Cited)
    footnote = cited.citations["markdown"]
    assert footnote.startswith(f"[^{passages + 2}]: “")
    exported = session.turn("/export a.md")
    assert isinstance(exported, Exported)
    assert footnote in exported.text.splitlines()


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_what_was_cited_can_be_opened_after_the_index_is_renewed(
    tmp_path: Path, encoder: FakeEncoder, change: str
) -> None:
    """An article that has changed since, or is gone, is shown as far as it can be."""
    library = Library.from_articles(tmp_path, SMALL, encoder=encoder)
    before = library.snapshot(encoder)
    session = Session(
        before,
        encoder,
        FakeReader(),
        top=1,
        read=lambda source: file_now(before, source),
    )
    asked = session.ask("图书馆几点开门？")
    path = library.articles / asked.passages[0].passage.source.path
    if change == "changed":
        path.write_text("图书馆搬家了。\n图书馆每天早上八点开门。\n", encoding="utf-8")
    else:
        path.unlink()
    build(library.articles, library.index, encoder=encoder, config=IndexConfig())
    session.renew(library.snapshot(encoder))
    console = Console(file=io.StringIO(), width=80)
    for line in ("/open 1", "/more", "/cite 1", "/explain", "那是什么时候的事？"):
        reply = session.turn(line)
        if not isinstance(reply, Answer):
            console.print(reply_view(reply))
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert {"changed": "the file has changed", "gone": "cannot be read"}[change] in told
