"""The JSON contract: every field of what `--json` prints, and that every span cuts what it says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.libraries import Library
from tests.running import run, run_process

QUESTIONS = (
    "许昌市公安局购置了多少架无人机？",
    "眉山市公安局局長是誰？",
    "2020年8月19日上午是谁来授课的？",
    "谁发明了电话？",
)

NUMBER = {"type": "integer", "minimum": 0}
LINE = {"type": "integer", "minimum": 1}
TEXT = {"type": "string", "minLength": 1}
TEXT_OR_NULL = {"type": ["string", "null"], "minLength": 1}


def closed(**properties: Mapping[str, object]) -> dict[str, object]:
    """Return the schema of an object with these properties, all of them, and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SPAN = closed(
    line_start=LINE,
    line_end=LINE,
    char_start=NUMBER,
    char_end=LINE,
    byte_start=NUMBER,
    byte_end=LINE,
)
ARTICLE: dict[str, Mapping[str, object]] = {
    "path": {"type": "string", "pattern": r"^[^/\\]+(/[^/\\]+)*$"},
    "title": TEXT_OR_NULL,
    "date": {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "outlet": TEXT_OR_NULL,
    "byline": TEXT_OR_NULL,
    "url": TEXT_OR_NULL,
    "encoding": TEXT,
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
ANSWER = {
    **closed(
        question=TEXT,
        searched_as=TEXT,
        answered={"type": "boolean"},
        confidence={"type": "number", "minimum": 0, "maximum": 1},
        answer={"anyOf": [{"type": "null"}, closed(text=TEXT, rank=LINE)]},
        passages={
            "type": "array",
            "items": closed(
                rank=LINE,
                score={"type": "number"},
                text=TEXT,
                article=closed(**ARTICLE),
                span=SPAN,
                answer_sentence=closed(text=TEXT, span=SPAN),
            ),
        },
    ),
    "if": {"properties": {"answered": {"const": True}}},
    "then": {"properties": {"answer": {"type": "object"}, "passages": {"minItems": 1}}},
    "else": {"properties": {"answer": {"type": "null"}}},
}
ERROR = closed(question={"type": "string"}, error=TEXT, hint=TEXT)
SOURCES = closed(
    articles={"type": "array", "items": closed(**ARTICLE, passages=LINE)},
    undated=NUMBER,
    without_outlet=NUMBER,
    problems={
        "type": "array",
        "items": closed(
            path=TEXT, reason=TEXT, hint={"type": "string"}, left_out={"type": "boolean"}
        ),
    },
)


def checked(line: str, schema: Mapping[str, object]) -> Any:
    value = json.loads(line)
    jsonschema.Draft202012Validator(schema).validate(value)
    return value


def squashed(text: str) -> str:
    return "".join(text.split())


def spans(answer: Any) -> Iterator[tuple[dict[str, str], str, dict[str, int]]]:
    """Yield the article, the text and the span of all that an answer quotes."""
    for passage in answer["passages"]:
        yield passage["article"], passage["text"], passage["span"]
        sentence = passage["answer_sentence"]
        yield passage["article"], sentence["text"], sentence["span"]


def assert_cut(articles: Path, article: dict[str, str], text: str, span: dict[str, int]) -> None:
    """Hold bytes, characters and lines of a span against the file, each counted anew."""
    raw = (articles / article["path"]).read_bytes()
    whole = raw.decode(article["encoding"])
    cut = raw[span["byte_start"] : span["byte_end"]].decode(article["encoding"])
    assert squashed(cut) == squashed(text)
    assert whole[span["char_start"] : span["char_end"]] == cut
    assert not cut[0].isspace()
    assert not cut[-1].isspace()
    ends = [end.end() for end in re.finditer(r"\r\n|\r|\n", whole)]
    assert span["line_start"] == 1 + sum(end <= span["char_start"] for end in ends)
    assert span["line_end"] == 1 + sum(end <= span["char_end"] - 1 for end in ends)


@pytest.mark.parametrize("question", QUESTIONS)
def test_ask_prints_one_object_of_the_contract(seeds: Library, question: str) -> None:
    """`qa ask --json` prints one line: an object of the schema, about the question asked."""
    result = run("ask", question, "--json", *seeds.options)
    assert (result.code, result.err) == (0, "")
    answer = checked(result.out, ANSWER)
    assert result.out.count("\n") == 1
    assert answer["question"] == answer["searched_as"] == question


@pytest.mark.parametrize("question", QUESTIONS)
def test_passages_are_ranked_and_the_answer_is_one_of_theirs(seeds: Library, question: str) -> None:
    """Ranks count from 1, and the answer is the answer sentence of the passage that it names."""
    answer = checked(run("ask", question, "--json", *seeds.options).out, ANSWER)
    passages = answer["passages"]
    assert [passage["rank"] for passage in passages] == [1, 2, 3, 4, 5]
    for passage in passages:
        assert passage["answer_sentence"]["text"] in passage["text"]
    assert answer["answered"] or question != QUESTIONS[0]
    if answer["answered"]:
        quoted = passages[answer["answer"]["rank"] - 1]["answer_sentence"]["text"]
        assert answer["answer"]["text"] == quoted


def test_every_span_cuts_what_is_quoted(seeds: Library) -> None:
    """Bytes, characters and lines of every passage and sentence are those of the file on disk."""
    for question in QUESTIONS:
        found = run("ask", question, "--json", "-k", "1000", *seeds.options)
        quoted = list(spans(checked(found.out, ANSWER)))
        assert len(quoted) > 50
        for article, text, span in quoted:
            assert_cut(seeds.articles, article, text, span)


def test_spans_count_the_file_as_it_lies_on_disk(small: Library) -> None:
    """A byte order mark, CRLF, a sentence cut by a line break and a folder below change no cut."""
    answer = checked(run("ask", "图书馆", "--json", *small.options).out, ANSWER)
    paths = {article["path"] for article, _, _ in spans(answer)}
    assert paths == {"drones.txt", "library.txt", "river/flood.txt"}
    for article, text, span in spans(answer):
        assert_cut(small.articles, article, text, span)


def test_chat_prints_one_object_a_line(seeds: Library) -> None:
    """`qa chat --json` answers question for question what `qa ask --json` answers; `/new`
    prints nothing.

    The C engine and NumPy compute for the one, OpenVINO for the other: their confidences and scores
    differ by less than shows.
    """
    sent = "\n/new\n".join(QUESTIONS) + "\n"
    result = run_process("chat", "--json", "-k", "2", *seeds.options, stdin=sent.encode())
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert len(lines) == len(QUESTIONS)
    for line, question in zip(lines, QUESTIONS, strict=True):
        alone = json.loads(run("ask", question, "--json", "-k", "2", *seeds.options).out)
        alone["confidence"] = pytest.approx(alone["confidence"], abs=0.01)
        for passage in alone["passages"]:
            passage["score"] = pytest.approx(passage["score"], abs=0.002)
        assert checked(line, ANSWER) == alone


@pytest.mark.parametrize(
    ("line", "question", "error"),
    [
        (b"", "", "the question is empty"),
        ("\u3000 ".encode(), "\u3000 ", "the question is empty"),
        (("字" * 600).encode(), "字" * 600, "512"),
        ("多少".encode("gb18030"), "\ufffd\ufffd\ufffd\ufffd", "not UTF-8"),
        (b"\xff\xfe", "\ufffd\ufffd", "not UTF-8"),
    ],
)
def test_a_question_that_fails_gets_an_object_too(
    small: Library, line: bytes, question: str, error: str
) -> None:
    """An error is an object with message and hint on its line; the next question is answered,
    and the exit code is 1."""
    sent = line + "\n图书馆几点开门\n".encode()
    result = run("chat", "--json", *small.options, stdin=sent)
    assert (result.code, result.err) == (1, "")
    failed, answered = result.out.splitlines()
    told = checked(failed, ERROR)
    assert told["question"] == question
    assert error in told["error"]
    assert checked(answered, ANSWER)["passages"][0]["article"]["path"] == "library.txt"


@pytest.mark.parametrize(
    "question",
    [
        "图书\x00馆几点\x00开门",
        "[/b]图书馆[red]几点开门",
        "图书馆\x1b[31m几点\u202e开门",
        '图书馆"\\n几点开门',
    ],
)
def test_odd_questions_come_back_unchanged(small: Library, question: str) -> None:
    """NUL, markup, escapes and quotes in a question are kept, on a single line of output."""
    result = run("chat", "--json", *small.options, stdin=f"{question}\r\n".encode())
    assert result.code == 0
    assert result.out.count("\n") == 1
    assert "\x00" not in result.out
    assert "\x1b" not in result.out
    answer = checked(result.out, ANSWER)
    assert answer["question"] == question
    assert answer["passages"][0]["article"]["path"] == "library.txt"


def test_json_is_utf_8_wherever_it_goes(small: Library) -> None:
    """Both ends of `qa chat --json` are UTF-8, whatever the terminal or the locale uses, and
    Chinese is written as itself."""
    sent = "图书馆几点开门\n".encode()
    plain = run_process("chat", "--json", *small.options, stdin=sent)
    other = run_process(
        "chat", "--json", *small.options, stdin=sent, PYTHONUTF8="0", PYTHONIOENCODING="ascii"
    )
    assert checked(plain.out, ANSWER) == checked(other.out, ANSWER)
    assert "图书馆每天" in other.out


def test_sources_prints_the_articles_and_what_was_left_out(seeds: Library) -> None:
    """`qa sources --json` prints one object: each article with its passages, each problem."""
    result = run("sources", "--json", *seeds.options)
    assert (result.code, result.err) == (0, "")
    listed = checked(result.out, SOURCES)
    paths = {path.name for path in seeds.articles.glob("*.txt")}
    assert {article["path"] for article in listed["articles"]} == paths
    assert listed["problems"] == []


def test_an_error_before_the_first_question_is_no_json(small: Library, tmp_path: Path) -> None:
    """What fails before a question is read is told on standard error, and prints no object."""
    for command in (("ask", "图书馆"), ("chat",), ("sources",)):
        result = run(*command, "--json", "--articles", tmp_path / "none", "--index", small.index)
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("error: ")
        assert "\nhint: " in result.err


def test_explained_json_says_what_each_score_is_made_of(small: Library) -> None:
    """With --explain a passage also has its searches and the parts of its score, and the answer
    those of its confidence; and no more.
    """
    done = run("ask", "--json", "--explain", *small.options, "图书馆几点开门？")
    answer = json.loads(done.out)
    passage = answer["passages"][0]
    explanation = passage.pop("explanation")
    log_odds = sum(answer.pop("explanation")["parts"].values())
    assert 1 / (1 + math.exp(-log_odds)) == pytest.approx(answer["confidence"], abs=1e-3)
    checked(json.dumps({**answer, "passages": [passage]}), ANSWER)
    assert sum(explanation["parts"].values()) == pytest.approx(passage["score"], abs=1e-3)
    assert explanation["found_by"]
