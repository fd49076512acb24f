"""Screens: whole ones, held against files, and what no screen may do.

The screens lie in tests/golden/screens, one file for each screen and width. After a wanted change:
`UPDATE_GOLDEN=1 pytest tests/test_present.py` writes them anew; then read the difference.
"""

from __future__ import annotations

import dataclasses
import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.default_styles import DEFAULT_STYLES

from embeddings.build import BuildReport
from embeddings.errors import ArticlesError, IndexDamagedError, IndexMissingError
from embeddings.snapshot import ArticleEntry, Problem, StoredPassage, StoredSentence
from embeddings.source import Source, Span
from qa import layout, lists, notices, present
from qa.answer import Answer, CitedPassage
from qa.commands import command_named
from qa.filters import NONE_LEFT_OUT, Filters, Instead, LeftOut
from qa.greeting import greeting_view
from qa.language import ENGLISH, Language
from qa.layout import Look
from qa.replies import (
    Cited,
    Explained,
    Exported,
    Filtered,
    Fresh,
    Help,
    More,
    Opened,
    Reply,
    Slashless,
    SmallTalk,
    Sources,
)
from qa.reply_view import reply_view
from qa.retrieve import Hit, ScoredSentence
from qa.show import Shown, ShownLine
from qa.theme import THEME
from qa.weights import weights
from tests.samples import GOLDEN, PROPERTY

WIDTHS = (120, 80, 40)
SCREENS = GOLDEN / "screens"
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"

OWN_COLOURS = [
    name
    for name, style in THEME.styles.items()
    if style.color is not None and DEFAULT_STYLES.get(name) != style
]

STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What must not reach a terminal: controls but the line feed, and what hides or turns text."""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")

HOSTILE = "[/b]粗体[red]红字\x1b[31m\x1b]8;;http://x.example\x1b\\链接\x07\u202e反向\u202c\u200b\x9b2J\r尾\x00。"


def source(path: str, **known: Any) -> Source:
    return Source(path=path, encoding="utf-8", sha256="0" * 64, **known)


def span(first: int, last: int) -> Span:
    return Span(first, last, 0, 1, 0, 1)


def cited(
    text: str, sentence: str, *, where: Source, lines: tuple[int, int], line: int, score: float
) -> CitedPassage:
    """Cite a passage; `lines` are its own, and `line` is that of the sentence in it."""
    start = text.index(sentence)
    passage = StoredPassage(1, 1, text, 100, 0, 1, span(*lines), where)
    answer_sentence = StoredSentence(0, sentence, 100 + start, span(line, line))
    scored = ScoredSentence(
        answer_sentence,
        sentence,
        score,
        frozenset(),
        0.5,
        shows_kind=True,
        counts=False,
        asks=False,
        score=0,
    )
    return CitedPassage(
        rank=1,
        passage=passage,
        answer_sentence=answer_sentence,
        cosine=score,
        score=score,
        hit=Hit(
            passage,
            (scored,),
            0.9,
            0.6,
            score,
            ("sentences", "terms"),
            weights().ranking.native,
            True,
        ),
    )


def answer(*passages: CitedPassage, question: str, confidence: float, searched: str = "") -> Answer:
    """Make an answer; the passages are ranked as they come."""
    return Answer(
        question=question,
        searched_as=searched or question,
        confidence=confidence,
        threshold=0.5,
        passages=tuple(
            dataclasses.replace(passage, rank=rank) for rank, passage in enumerate(passages, 1)
        ),
    )


DRONES = cited(
    "聚焦打击犯罪主业,该局今年以来侦破各类刑事案件5256起,抓获犯罪嫌疑人2500余人,查扣冻结各类资金57.3亿元。"
    "聚焦科技创新应用,该局购置无人机32架,组建警用无人机战队。"
    "警用无人机充分发挥空中侦查、搜捕取证等方面的优势,在侦查办案、巡逻防控、交通管理等工作中起了大作用。\n"
    "一个个数字,展现了我市公安机关推进教育整顿走深走实取得的成效。",
    "聚焦科技创新应用,该局购置无人机32架,组建警用无人机战队。",
    where=source("004_cba65c892c003b07.txt"),
    lines=(75, 79),
    line=77,
    score=0.9162,
)
TASK_FORCE = cited(
    "问题查纠深不深入、整改彻不彻底,直接决定公安队伍教育整顿成效。\n"
    "为此,许昌市公安局成立专项整治工作组,抽调精干力量组建8个工作专班,集中攻坚顽瘴痼疾整治。"
    "各工作专班充分发挥职能作用,实行“日一小结、周一例会、一月一讲评”,把问题整改与建章立制结合起来,"
    "从源头上杜绝问题再次发生,有效激发了民警干事创业的积极性、主动性、创造性。",
    "为此,许昌市公安局成立专项整治工作组,抽调精干力量组建8个工作专班,集中攻坚顽瘴痼疾整治。",
    where=source("警界/许昌.txt", title="激浊扬清铸魂砺剑", date="2021-07-20", outlet="许昌晨报"),
    lines=(73, 75),
    line=75,
    score=0.8816,
)
SHORT = cited("无人机。", "无人机。", where=source("短.txt"), lines=(1, 1), line=1, score=0.8)
DANGEROUS = cited(
    f"前文。{HOSTILE}后文。",
    HOSTILE,
    where=source(f"名{HOSTILE}.txt"),
    lines=(1, 2),
    line=2,
    score=0.9,
)

ARTICLES = (
    ArticleEntry(0, source("000_6f32380fe83f3501.txt"), 8),
    ArticleEntry(
        1,
        source(
            "报纸/2020/002_243109ca0d1e3123.txt",
            title="“包头样本”应民意 激发担当新作为",
            outlet="内蒙古法制报",
            date="2020-08-26",
        ),
        114,
    ),
    ArticleEntry(2, source("[red]\x1b[31m\u202e.txt", title="[/b]"), 1),
)
UNTITLED = (
    ArticleEntry(3, source("会议/005.txt", outlet="许昌晨报", date="2021-07-20"), 4),
    ArticleEntry(4, source("005.txt"), 1),
)
BEGINNINGS = {3: "各位代表:\n现在,我代表市人民政府,向大会报告工作,请予审议。", 4: f"短句{HOSTILE}"}
PROBLEMS = (
    Problem("scan.txt", "binary, not text", "only text files are indexed"),
    Problem("断.txt", "1 byte is not GB18030 (line 3)", "", left_out=False),
    Problem("空\x1b[31m.txt", "empty", "put text into it, or take it away"),
)

OPENED = Opened(
    Shown(
        TASK_FORCE.passage.source,
        span(75, 75),
        (
            ShownLine(73, "问题查纠深不深入、整改彻不彻底,直接决定公安队伍教育整顿成效。" * 2, ()),
            ShownLine(175, TASK_FORCE.answer_sentence.text + HOSTILE, ((0, 12),)),
        ),
        {},
        "the file has changed since it was indexed; its lines are shown as now",
    )
)
FILTERS = Filters("2020-01-01", None, ("内蒙古法制报",), ("[red]\x1b[31m",))
CITED = Cited({"plain": f"标题, 2020-08-26\n“{HOSTILE}”", "gbt": "标题[N]. 晚报."}, None)


def views(language: Language) -> dict[str, RenderableType]:
    """Return every screen in a language."""
    look = Look(language)
    drones = answer(
        DRONES, TASK_FORCE, SHORT, question="許昌市公安局購置了多少架無人機？", confidence=0.93
    )
    replies: dict[str, Reply] = {
        "sources": Sources((*ARTICLES, *UNTITLED), PROBLEMS, LeftOut(2, 1), BEGINNINGS),
        "sources_none": Sources((), (), NONE_LEFT_OUT),
        "help": Help(),
        "help_unknown": Help(unknown="/删[red]\x1b[31m"),
        "help_meant": Help(unknown="/sorces", meant="/sources"),
        "slashless": Slashless("/filter outlet [red]\x1b[31m"),
        "small_talk": SmallTalk(),
        "help_command": Help(command_named("filter")),
        "fresh": Fresh(),
        "opened": OPENED,
        "cited": CITED,
        "more": More("许昌", (dataclasses.replace(TASK_FORCE, rank=6),)),
        "more_none": More("许昌", ()),
        "explained": Explained(drones),
        "filtered": Filtered(FILTERS, 3, 11, LeftOut(2, 4)),
        "filtered_none": Filtered(
            Filters(outlets=("晚报",)),
            0,
            11,
            NONE_LEFT_OUT,
            Instead(tuple(f"第{n}日报" for n in range(9))),
        ),
        "filtered_off": Filtered(Filters(), 11, 11, NONE_LEFT_OUT),
        "exported": Exported(f"{HOSTILE}.md", "", 2),
    }
    damaged = IndexDamagedError("texts.sqlite", "3 rows, not 5")
    missing = ArticlesError(
        "the articles folder 新闻/二〇二〇年[red]\x1b[31m does not exist",
        hint="name it with --articles DIR, or make it and put articles into it",
    )
    return {
        **{name: reply_view(reply, look) for name, reply in replies.items()},
        "answer": present.answer_view(drones, look),
        "answer_timed": present.answer_view(drones, look, seconds=0.0514),
        "answer_completed": present.answer_view(
            answer(
                DRONES,
                question="多少架？",
                searched="许昌市公安局购置了多少架无人机？",
                confidence=0.7,
            ),
            look,
        ),
        "no_answer": present.answer_view(
            answer(TASK_FORCE, SHORT, question="谁发明了电话？", confidence=0.08), look
        ),
        "no_answer_completed": present.answer_view(
            answer(DRONES, question="谁带队？", searched="许昌市公安局 谁带队？", confidence=0.08),
            look,
        ),
        "no_passage": present.answer_view(answer(question="谁发明了电话？", confidence=0.0), look),
        "no_passage_filtered": present.answer_view(
            dataclasses.replace(
                answer(question="谁发明了电话？", confidence=0.0),
                filters="since 2025-01-01, 晚报[red]\x1b[31m",
                left_out=LeftOut(undated=9, without_outlet=1),
                instead=Instead(("内蒙古法制报", HOSTILE), ("2020-08", "2020-12-29")),
            ),
            look,
        ),
        "hostile": present.answer_view(
            answer(DANGEROUS, question=HOSTILE, searched=f"{HOSTILE}?", confidence=0.9), look
        ),
        "greeting": greeting_view(f"新闻{HOSTILE}", language),
        "report": lists.report_view(
            BuildReport(5, 62, 329, 388, (PROBLEMS[0],), False), f"seeds{HOSTILE}", language
        ),
        "report_unchanged": lists.report_view(
            BuildReport(5, 62, 329, 0, (), True), "seeds", language
        ),
        "error": notices.error_view(missing, language),
        "error_damaged": notices.error_view(damaged, language),
        "error_without_hint": notices.error_view(ArticlesError("nothing can be done"), language),
        "note": notices.note_view(
            language.say("articles have changed since they were indexed: {what}", what="1 new"),
            language,
        ),
    }


VIEWS = {
    **views(ENGLISH),
    **{f"{name}.zh": view for name, view in views(Language("zh")).items()},
}
COPIED = {"cited", "cited.zh"}
"""What is printed without breaking lines, to be copied."""


def screen(
    view: RenderableType, width: int, *, terminal: bool = False, colour: bool = False
) -> str:
    """Return what a view prints at that width: into a file, or on a terminal, with its colours."""
    console = Console(
        file=io.StringIO(),
        theme=THEME,
        width=width,
        force_terminal=terminal or colour,
        color_system="truecolor" if colour else None,
        highlight=False,
        emoji=False,
        _environ={},
    )
    with console.capture() as capture:
        console.print(view)
    return capture.get()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", VIEWS)
def test_screen_is_as_agreed(name: str, width: int) -> None:
    """Each screen is, character for character, the one in its file."""
    shown = screen(VIEWS[name], width)
    file = SCREENS / f"{name}_{width}.txt"
    if UPDATE:
        file.write_text(shown, encoding="utf-8", newline="")
    assert shown == file.read_bytes().decode()


def test_no_screen_is_left_over() -> None:
    """Every golden screen belongs to a view."""
    names = {f"{name}_{width}.txt" for name in VIEWS for width in WIDTHS}
    assert {file.name for file in SCREENS.iterdir()} == names


@pytest.mark.parametrize("width", [80, 40, 20])
@pytest.mark.parametrize("name", VIEWS)
def test_screen_fits_and_steers_nothing(name: str, width: int) -> None:
    """No line is wider than the screen, and no control, escape or bidi character is sent."""
    shown = screen(VIEWS[name], width)
    if name not in COPIED:
        assert max(map(cell_len, shown.splitlines())) <= width
    assert not STEERING.search(shown)


@pytest.mark.parametrize("name", VIEWS)
def test_colour_adds_colour_alone(name: str) -> None:
    """With colour, a screen is the same text, and the only escapes are colours and weights."""
    shown = screen(VIEWS[name], 80, colour=True)
    assert COLOUR.sub("", shown) == screen(VIEWS[name], 80, terminal=True)


def test_answer_is_told_apart_by_colour() -> None:
    """The answer, its marked sentence and its place are styled each in its own way."""
    shown = screen(VIEWS["answer"], 80, colour=True)
    assert "\x1b[1;38;5;28m聚焦科技创新应用,该\x1b[0m\x1b[1;4;38;5;28m局购置无人机" in shown
    assert "\x1b[38;5;30m004_cba65c892c003b07.txt:77\x1b[0m" in shown
    assert "\x1b[1m«\x1b[0m\x1b[1m聚焦科技创新应用,该\x1b[0m\x1b[1;4m局购置无人机" in shown


@pytest.mark.parametrize("ground", [(0, 0, 0), (255, 255, 255)], ids=["dark", "light"])
@pytest.mark.parametrize("name", OWN_COLOURS)
def test_every_colour_can_be_read(name: str, ground: tuple[int, int, int]) -> None:
    """On black and on white, the contrast of each colour of ours is what WCAG asks of text."""
    colour = THEME.styles[name].color
    assert colour is not None
    assert contrast(colour.get_truecolor(), ground) >= 4


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Return the ratio of luminances, 1 to 21, after WCAG 2.2."""

    def luminance(colour: tuple[int, int, int]) -> float:
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (value / 255 for value in colour)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_markup_is_text() -> None:
    """What looks like Rich markup is shown as it stands, and styles nothing."""
    shown = "".join(screen(VIEWS["hostile"], 80, colour=True).split())
    assert shown.count("[/b]粗体[red]红字␛[31m") >= 3
    assert "\x1b[31m" not in shown


def test_first_passage_is_whole_and_the_others_are_excerpts() -> None:
    """Of an answer the first passage is shown whole; the others on two lines each, from their
    answer sentence on."""
    shown = screen(VIEWS["answer"], 40)
    first, second = shown.split("[1]")[1].split("[2]")
    text = "".join(re.sub("[»«]", "", first).split())
    assert text.endswith("".join(DRONES.passage.text.split()))
    lines = second.split("[3]")[0].strip().splitlines()
    assert any(line.startswith("  …«为此") for line in lines)
    assert lines[-1].endswith("…")


def test_answer_fits_a_terminal() -> None:
    """On a terminal of 24 lines an answer with five passages leaves room for the prompt, and the
    marked sentence stays in sight however far down its passage it stands."""
    text = "前文一句接着一句。\n" * 20 + DRONES.passage.text
    sentence = DRONES.answer_sentence
    deep = dataclasses.replace(
        DRONES,
        passage=dataclasses.replace(DRONES.passage, text=text),
        answer_sentence=dataclasses.replace(
            sentence, start=DRONES.passage.start + text.index(sentence.text)
        ),
    )
    for first in (DRONES, deep):
        view = present.answer_view(
            answer(first, *[TASK_FORCE] * 4, question="许昌买了多少架无人机？", confidence=0.9)
        )
        shown = screen(view, 80, terminal=True)
        assert shown.count("\n") < 24
        assert "".join(shown.split()).count("«聚焦科技创新应用,该局购置无人机32架") == 1
        assert "[5]" in shown


@PROPERTY
@given(st.text())
def test_visible_text_steers_nothing(text: str) -> None:
    """Made visible, any text is free of controls, and of what hides or turns text."""
    assert not STEERING.search(layout.visible(text).replace("\n", ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("两千人。\nABC", "两千人。\nABC"),
        ("a\x1b[31mb", "a␛[31mb"),
        ("a\x00\x07\x7f\r", "a␀␇␡␍"),
        ("\u202e反\u202c", "<U+202E>反<U+202C>"),
        ("甲\u200b乙\ufeff", "甲<U+200B>乙<U+FEFF>"),
        ("甲\t乙", "甲 乙"),
        ("\x9b2J\x85", "<U+009B>2J<U+0085>"),
        ("\udcff", "<U+DCFF>"),
        ("\U000e0041", "<U+E0041>"),
    ],
)
def test_invisible_characters_get_a_name(text: str, shown: str) -> None:
    """Controls become their pictures, and what cannot be seen its code point."""
    assert layout.visible(text) == shown


def test_error_of_the_program_is_shown_with_its_hint() -> None:
    """An error is two labelled parts, whatever its kind."""
    assert screen(notices.error_view(IndexMissingError("folder")), 80) == (
        "error: no index in folder\nhint: run: qa index\n"
    )


def test_an_explanation_gives_the_parts_of_each_score() -> None:
    """With --explain every card says what was measured, what it gives, and what found it."""
    told = answer(DRONES, question="多少架？", confidence=0.9)
    shown = screen(present.answer_view(told, Look(explain=True)), width=80)
    assert "best sentence's cosine 0.916 → +0." in shown
    assert "kind of answer asked for 1.000 → +0." in shown
    assert "article cited before 1.000 → +0.030" in shown
    assert "number of what is counted" not in shown, "what gives nothing is not told"
    assert "found by sentences, terms" in shown


def test_places_open_their_files_on_terminals_that_can() -> None:
    """A place is a link to its file (OSC 8), percent-encoded; elsewhere it is text."""
    view = present.answer_view(
        answer(DANGEROUS, question="?", confidence=0.9), Look(folder="/新闻")
    )
    shown = screen(view, 200, colour=True)
    targets = set(re.findall(r"\x1b\]8;[^;]*;([^\x1b]+)\x1b", shown))
    assert targets == {Path("/新闻", DANGEROUS.passage.source.path).as_uri()}
    assert re.fullmatch(r"[\x21-\x7e]+", targets.pop())
    assert "\x1b" not in screen(view, 200)


def test_a_long_headline_gives_way_to_its_place() -> None:
    """A card's head is one line where it can be: the headline is shortened, the place never."""
    where = source("警界/许昌.txt", title="激浊扬清铸魂砺剑凝心聚力再谱新篇" * 3, outlet="许昌晨报")
    long = dataclasses.replace(
        TASK_FORCE, passage=dataclasses.replace(TASK_FORCE.passage, source=where)
    )
    shown = screen(present.answer_view(answer(DRONES, long, question="?", confidence=0.9)), 60)
    head = next(line for line in shown.splitlines() if line.startswith("[2]"))
    assert head.endswith("… · 许昌晨报 · 警界/许昌.txt:73–75")
