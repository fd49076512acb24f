"""Evaluation files → articles and questions."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.clean import squash
from qa.measuring.evaluation import EvaluationSet
from tests.samples import GOLDEN, NEWS, SEEDS

ARTICLES = {
    "articles": [
        {"id": "a", "text": "甲。"},
        {"id": "b", "text": "乙。"},
        {"id": "c", "text": "丙。"},
    ],
    "questions": [
        {"question": "甲？", "answers": ["甲"], "articles": ["a"]},
        {"question": "乙？", "answers": ["乙"], "articles": ["b", "c"]},
    ],
}
ASKED = {"question": "甲？", "answers": [{"text": "甲"}]}
WRITTEN = ("written.jsonl", "written_more.jsonl")
SQUAD = {"data": [{"paragraphs": [{"id": "a", "context": "甲。", "qas": [ASKED]}]}]}


def _set(folder: Path, content: object) -> EvaluationSet:
    path = folder / "set.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return EvaluationSet.from_file(path)


@pytest.mark.parametrize(("content", "questions"), [(ARTICLES, 2), (SQUAD, 1)])
def test_both_forms_are_read(tmp_path: Path, content: object, questions: int) -> None:
    """Articles with questions, and the SQuAD form, give the same kind of set."""
    evaluation = _set(tmp_path, content)
    assert evaluation.articles["a"] == "甲。"
    assert len(evaluation.questions) == questions
    assert evaluation.questions[0].articles == {"a"}


def test_questions_lose_all_their_articles_together(tmp_path: Path) -> None:
    """Half of what is asked loses its articles whole, the same in every run."""
    evaluation = _set(tmp_path, ARTICLES)
    half = evaluation.without(0.5)
    assert half == evaluation.without(0.5)
    assert set(half.articles) in ({"a"}, {"b", "c"})
    assert half.questions == evaluation.questions


def test_the_first_articles_keep_their_questions(tmp_path: Path) -> None:
    """A smaller set has the first articles, and the questions that any of them answers."""
    first = _set(tmp_path, ARTICLES).first(2)
    assert list(first.articles) == ["a", "b"]
    assert [asked.text for asked in first.questions] == ["甲？", "乙？"]
    assert [asked.text for asked in _set(tmp_path, ARTICLES).first(1).questions] == ["甲？"]


def test_answers_of_one_question_count_once(tmp_path: Path) -> None:
    """An answer that the SQuAD form lists twice is one answer."""
    asked = {"question": "甲？", "answers": [{"text": "甲"}, {"text": "甲"}, {"text": "乙"}]}
    content = {"data": [{"paragraphs": [{"id": "a", "context": "甲乙。", "qas": [asked]}]}]}
    assert _set(tmp_path, content).questions[0].answers == ("甲", "乙")


def test_judged_articles_are_right_too(tmp_path: Path) -> None:
    """What was read and found to answer counts as right, also where the set has lost its own."""
    digits = hashlib.sha256("乙？".encode()).hexdigest()[:16]
    judged = tmp_path / "judged.jsonl"
    judged.write_text(json.dumps({"question": digits, "answer": ["a"]}), encoding="utf-8")
    evaluation = _set(tmp_path, ARTICLES).with_judged(judged)
    assert [asked.articles for asked in evaluation.questions] == [{"a"}, {"a", "b", "c"}]


def _paragraph(text: str, *asked: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"paragraphs": [{"context": text, "qas": list(asked), **more}]}


def test_paragraphs_are_told_apart_by_their_text(tmp_path: Path) -> None:
    """A paragraph printed twice is one article; its id may name no file, or be left out."""
    other = {"question": "乙？", "answers": [{"text": "乙"}]}
    of_slashes = _paragraph("乙。", other, id="2023/07/24 .乙")
    evaluation = _set(
        tmp_path, {"data": [_paragraph("甲。", ASKED), of_slashes, _paragraph("甲。", ASKED)]}
    )
    assert sorted(evaluation.articles.values()) == ["乙。", "甲。"]
    first, second, third = evaluation.questions
    assert first.articles == third.articles != second.articles
    assert all(re.fullmatch(r"[\w-]+", key) for key in evaluation.articles)
    assert all(one.articles <= evaluation.articles.keys() for one in evaluation.questions)


def test_articles_of_a_collection_are_named_by_numbers_and_addresses(tmp_path: Path) -> None:
    """Whatever names an article, the questions that name it are answered by it."""
    asked = {"question": "甲？", "answers": ["甲"], "articles": [7, "https://a.example/乙"]}
    articles = [{"id": 7, "text": "甲。"}, {"id": "https://a.example/乙", "text": "甲，乙。"}]
    evaluation = _set(tmp_path, {"articles": articles, "questions": [asked]})
    assert evaluation.questions[0].articles == evaluation.articles.keys()
    assert not any("/" in key for key in evaluation.articles)


def test_impossible_questions_have_no_answer(tmp_path: Path) -> None:
    """In SQuAD 2.0 a paragraph need not answer; what is taken away is a share of those that do."""
    impossible = {"question": "丙？", "is_impossible": True, "answers": []}
    content = {"data": [_paragraph("甲。", ASKED, impossible, id="a")]}
    evaluation = _set(tmp_path, content)
    assert [asked.articles for asked in evaluation.questions] == [{"a"}, set()]
    assert [asked.text for asked in evaluation.answered().questions] == ["甲？"]
    assert not evaluation.without(1).articles
    assert len(evaluation.first(1).questions) == 2
    held, kept = (evaluation.parted(held_out=held).questions for held in (True, False))
    assert len(held) + len(kept) == 2


def test_an_index_holds_this_set_alone(tmp_path: Path, encoder: BundledEncoder) -> None:
    """What another set of the same name and size left in the folder is not indexed."""
    for key in "ab":
        evaluation = EvaluationSet("set", {key: f"{key}说甲乙丙。"}, ())
        index = evaluation.index(tmp_path, encoder)
        paths = {one.source.path for one in index.passages_by_number(range(len(index.passages)))}
        assert paths == {f"{key}.txt"}


@pytest.mark.parametrize("share", [0, 0.25, 0.5, 1])
def test_groups_of_questions_lose_their_articles_whole(tmp_path: Path, share: float) -> None:
    """That share of the groups loses every article, the others none, whatever the share."""
    questions = [
        {
            "question": f"{number}？",
            "answers": [str(number)],
            "articles": [f"{number}x", f"{number}y"],
        }
        for number in range(8)
    ]
    articles = [{"id": f"{number}{half}", "text": "文。"} for number in range(8) for half in "xy"]
    evaluation = _set(tmp_path, {"articles": articles, "questions": questions})
    rest = evaluation.without(share)
    assert rest == evaluation.without(share)
    left = [asked.articles & rest.articles.keys() for asked in rest.questions]
    assert all(not one or len(one) == 2 for one in left)
    assert sum(not one for one in left) == round(8 * share)


def test_a_sample_is_the_same_twice(tmp_path: Path) -> None:
    """A sample holds that many of the set's questions, drawn alike every time."""
    evaluation = _set(tmp_path, ARTICLES)
    assert evaluation.sample(1) == evaluation.sample(1)
    assert len(evaluation.sample(1).questions) == 1
    assert len(evaluation.sample(9).questions) == 2


def test_answered_questions_are_those_with_an_article(tmp_path: Path) -> None:
    """A question whose articles are gone, or that never had one, is not answered."""
    evaluation = _set(tmp_path, ARTICLES)
    assert len(evaluation.answered().questions) == 2
    assert not evaluation.without(1).answered().questions


def test_golden_questions_are_about_their_folder() -> None:
    """Golden questions over a folder name articles of it by their file names."""
    evaluation = EvaluationSet.from_golden(GOLDEN / "questions.jsonl", SEEDS)
    assert len(evaluation.articles) == 5
    assert all(asked.articles <= evaluation.articles.keys() for asked in evaluation.questions)


def test_written_questions_are_over_their_lines(tmp_path: Path) -> None:
    """A question names its article by its line; one without an answer has no right article; all of
    an article are held out together; and they can be asked in English.
    """
    packed, file = tmp_path / "news.txt.gz", tmp_path / "written.jsonl"
    with gzip.open(packed, "wt", encoding="utf-8") as stream:
        stream.writelines(f"第{line}篇文章，甲买了乙。\n" for line in range(40))
    asked = [
        {"line": line, "question": "谁买了？", "answer": answer, "english": "Who bought?"}
        for line in range(0, 40, 2)
        for answer in ("甲", None)
    ]
    file.write_text("\n".join(json.dumps(one) for one in asked), encoding="utf-8")
    written = EvaluationSet.from_written(file, packed)
    assert len(written.articles) == 20
    assert written.articles["w00038"] == "第38篇文章，甲买了乙。"
    first, second = written.questions[:2]
    assert (first.answers, first.articles) == (("甲",), frozenset({"w00000"}))
    assert (second.answers, second.articles) == ((), frozenset())
    held, kept = (written.parted(held_out=held) for held in (True, False))
    of_held, of_kept = ({one.about for one in part.questions} for part in (held, kept))
    assert of_held
    assert of_held | of_kept == set(written.articles)
    assert not of_held & of_kept
    folders = written.in_folders_of(3)
    assert [len(one.articles) for one in folders] == [3] * 6 + [2]
    assert [asked for one in folders for asked in one.questions] == list(written.questions)
    assert all({asked.about for asked in one.questions} == set(one.articles) for one in folders)
    assert len({one.folder for one in folders}) == 7
    english = EvaluationSet.from_written(file, packed, english=True)
    assert {one.text for one in english.questions} == {"Who bought?"}


@pytest.mark.data
@pytest.mark.skipif(not NEWS.is_file(), reason="the news articles are not here")
@pytest.mark.parametrize("name", WRITTEN)
def test_written_answers_stand_in_their_articles(name: str) -> None:
    """An answer is the article's own words, line breaks and spaces apart."""
    written = EvaluationSet.from_written(GOLDEN / name, NEWS)
    assert len(written.answered().questions) > 1000
    for asked in written.answered().questions:
        assert squash(asked.answers[0]) in squash(written.articles[asked.about]), asked.text


@pytest.mark.parametrize("name", WRITTEN)
def test_the_written_questions_are_whole(name: str) -> None:
    """Each has both languages, none comes twice, and half of them have an answer."""
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    assert all(one["question"].strip() and one["english"].strip() for one in asked)
    assert all(one["answer"] is None or one["answer"].strip() for one in asked)
    assert len({(one["line"], one["question"]) for one in asked}) == len(asked)
    assert 0.48 < sum(one["answer"] is not None for one in asked) / len(asked) < 0.6
