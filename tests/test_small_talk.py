"""Greetings, thanks and the like are told from questions."""

from __future__ import annotations

import json
import time

import pytest

from qa.small_talk import is_small_talk
from tests.samples import GOLDEN


@pytest.mark.parametrize(
    "line",
    [
        *("谢谢", "謝謝你！", "多谢了", "好的，谢谢", "好", "嗯嗯", "你好", "再见", "哈哈哈哈"),
        *("你是谁？", "你能做什么？", "現在幾點？", "今天星期几", "你能帮我吗？"),
        *("谢谢你的帮助", "感谢您的回答", "下午好", "你们是谁？", "没有", "Thanks for your help"),
        "What's the date today?",
        *("谢谢啦", "你确定吗？", "真的吗", "是嗎？", "Are you sure?"),
        *("thanks", "Thank you very much!", "ok thanks", "Hello", "hi there", "Never mind."),
        *("What time is it?", "What can you do?", "Can you help me?", "How does this work?"),
    ],
)
def test_what_asks_nothing_of_articles(line: str) -> None:
    """Thanks and greetings, in either script and in English, and questions about the program."""
    assert is_small_talk(line)
    assert not is_small_talk(f" {line}")  # a space makes a question of it


@pytest.mark.parametrize(
    "line",
    [
        *("几点？", "怎么用？", "为什么？", "谁？", "好的标准是什么？", "感谢信是谁写的？"),
        "谢谢，那局长是谁？",
        *(
            "How does it work?",
            "Why?",
            "Who?",
            "What time was it?",
            "Who helped them?",
            "Now?",
            "",
            "？",
        ),
    ],
)
def test_what_may_be_a_question(line: str) -> None:
    """What goes on from another question, however short, and whatever has something else in it."""
    assert not is_small_talk(line)


@pytest.mark.parametrize("name", ["questions", "unanswerable", "follow_ups", "follow_ups_more"])
def test_no_question_that_was_written_is_small_talk(name: str) -> None:
    """None of ten thousand questions over articles is taken for small talk."""
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [turn for one in map(json.loads, lines) for turn in (one, *one.get("follow_ups", ()))]
    questions = [turn["question"] for turn in asked if "question" in turn]
    assert len(questions) >= 40
    assert [one for one in questions if is_small_talk(one)] == []


@pytest.mark.parametrize("mark", ["谢", "哈", "好", "谢谢你", "thanks ", "ok ", "no"])
def test_a_long_line_is_told_at_once(mark: str) -> None:
    """A line that repeats itself takes no longer than another: 10 ms, and for ever if it were."""
    begun = time.perf_counter()
    assert not is_small_talk(mark * 5000 + "x")
    assert time.perf_counter() - begun < 1
