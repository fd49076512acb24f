"""A question's text → terms, weights and the kind of answer that is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.lexical import LexicalIndex
from qa.question import Question, spelled_out, without_asking
from tests.libraries import lexical_index
from tests.samples import PROPERTY

TEXTS = [
    "许昌市公安局购置无人机32架,组建警用无人机战队。",
    "乌兰察布市公安局对244个党组织进行政治体检。",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return lexical_index(tmp_path_factory.mktemp("lexical"), TEXTS)


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("购置了多少架？", "购置了 架？"),
        ("購置了甚麼？", "購置了 ？"),
        ("局长是谁？", "局长是 ？"),
        ("How many drones did the police buy?", "drones police buy?"),
    ],
)
def test_words_that_ask_are_left_out(asked: str, left: str) -> None:
    """What makes a question one is no term of it, in either script and in English."""
    assert " ".join(without_asking(asked).split()) == left


@pytest.mark.parametrize(
    ("asked", "sentence", "shown", "counted"),
    [
        ("购置了多少架无人机？", "购置无人机32架", True, True),
        ("购置了多少架无人机？", "抽调47名警力", True, False),
        ("2020年购置了多少架无人机？", "2020年的无人机", False, False),
        ("何时举行？", "6月27日上午举行", True, False),
        ("何时举行？", "在许昌举行", False, False),
        ("铲除罂粟多少株？", "铲除罂粟1.8万余株", True, True),
        ("谁举行？", "6月27日举行", False, False),
    ],
)
def test_a_sentence_shows_the_kind_of_answer(
    index: LexicalIndex, asked: str, sentence: str, *, shown: bool, counted: bool
) -> None:
    """A number or date shows that a sentence may answer, unless it stands in the question too."""
    question = Question.from_text(asked, index)
    assert (question.is_shown_by(sentence), question.is_counted_by(sentence)) == (shown, counted)


def test_shares_add_up(index: LexicalIndex) -> None:
    """The share of all terms is 1, of none 0, and a rare term weighs more than a common one."""
    question = Question.from_text("许昌市公安局的无人机", index)
    assert question.share(question.idf) == pytest.approx(1)
    assert question.share([]) == 0
    assert question.share(["许昌"]) > question.share(["公安"])


def test_other_words_weigh_as_rare_ones(index: LexicalIndex) -> None:
    """A word that no article has weighs as one that one has, not more than all the others."""
    question = Question.from_text("许昌出售汽车了吗？", index)
    assert question.idf["出售"] == question.idf["许昌"]
    assert question.known < 1  # it is no less unknown for that


@pytest.mark.parametrize(
    ("asked", "foreign"),
    [("How many drones?", True), ("许昌购置了多少架？", False), ("火星上有水吗？", False)],
)
def test_foreign_questions_are_known(index: LexicalIndex, asked: str, *, foreign: bool) -> None:
    """A question in another language than the articles is told apart; an off-topic one is not."""
    assert Question.from_text(asked, index).is_foreign is foreign


def test_a_question_may_have_no_term(index: LexicalIndex) -> None:
    """A question of asking words alone has no terms, and shares nothing."""
    question = Question.from_text("什么？", index)
    assert (question.idf, question.weight, question.share([])) == ({}, 0, 0)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("購置了多少架無人機？", "number"),
        ("How many drones?", "number"),
        ("何時舉行？", "when"),
        ("When was it held?", "when"),
        ("哪年成立？", "year"),
        ("7月幾號舉行？", "day"),
        ("花了多少資金？", "money"),
        ("王景弘今年多大年纪？", "age"),
        ("被判了几年？", "duration"),
        ("占多大比例？", "percent"),
        ("局長是誰？", ""),
        ("哪几家企业参加了？", ""),
        ("这几天发生了什么？", ""),
        ("地铁几号线开通了？", "number"),
        ("占地多少亩？", "number"),
        ("花了多少时间？", "duration"),
        ("房子有多大？", "number"),
        ("谁拍板购置了无人机？", ""),
        ("图片展由谁主办？", ""),
        ("记者是如何了解到罗刚的？", ""),
        ("Who reported the case to the police?", ""),
        ("这篇报道是哪位记者写的？", "author"),
        ("谁写的？", "author"),
        ("感谢信是谁写的？", ""),
        ("Who wrote this article?", "author"),
        ("Who is the director?", ""),
        ("眉山那篇报道的作者叫什么？", "author"),
        ("《红楼梦》的作者是谁？", ""),
        ("這篇新聞的照片是誰拍的？", "photographer"),
    ],
)
def test_kind_of_answer_is_told_by_the_question(index: LexicalIndex, asked: str, kind: str) -> None:
    """Dates, sums and counts are kinds of answer, in either script and in English; who is none."""
    assert Question.from_text(asked, index).kind == kind


@pytest.mark.parametrize(
    "asked", ["请问许昌购置了什么？", "請問許昌購置了什麼？", "What did 许昌 buy?"]
)
def test_asking_words_are_no_terms(index: LexicalIndex, asked: str) -> None:
    """What is searched holds what is asked about, and none of the words that ask."""
    found = Question.from_text(asked, index).idf
    assert "许昌" in found
    assert not {"什么", "请问", "什", "what", "did"} & set(found)


@pytest.mark.parametrize("asked", ["哪家许昌企业？", "哪一家許昌企業？", "哪几家许昌企业？"])
def test_a_measure_word_behind_which_is_no_term(index: LexicalIndex, asked: str) -> None:
    """The 家 of 哪家企业 says nothing of what is asked about."""
    found = Question.from_text(asked, index).idf
    assert "企业" in found
    assert not {"家企", "家许", "家"} & set(found)


def test_another_unit_is_not_counted(index: LexicalIndex) -> None:
    """Asked how many aircraft, 32架 is a count and 32人 is not."""
    question = Question.from_text("购置了多少架？", index)
    assert question.is_counted_by("购置32架")
    assert not question.is_counted_by("抽调32人")


@pytest.mark.parametrize(
    ("asked", "shown", "not_shown"),
    [
        ("哪一年并入？", "1960年并入", "同月9日并入"),
        ("花了多少钱？", "投入32万余元", "购置32架"),
        ("被判了几年？", "判处有期徒刑3年", "抓获3人"),
        ("今年几岁？", "现年45岁", "带队45人"),
        ("占多大比例？", "占九成", "有九人"),
    ],
)
def test_another_quantity_is_not_what_is_asked_for(
    index: LexicalIndex, asked: str, shown: str, not_shown: str
) -> None:
    """A sum answers how much money, and a number of people does not."""
    question = Question.from_text(asked, index)
    assert question.is_shown_by(shown)
    assert not question.is_shown_by(not_shown)


def test_what_a_question_begins_with_is_its_subject(index: LexicalIndex) -> None:
    """The subject is the first pair of Chinese characters that is no asking word."""
    assert Question.from_text("請問許昌市購置了什麼？", index).subject == "许昌"
    assert Question.from_text("How many drones?", index).subject == ""


@PROPERTY
@given(st.text(), st.data())
def test_share_is_a_share(index: LexicalIndex, asked: str, data: st.DataObject) -> None:
    """Whatever is asked, any of its terms carry between none and all of its weight."""
    question = Question.from_text(asked, index)
    some = data.draw(st.sets(st.sampled_from(sorted(question.idf) or [""])))
    assert 0 <= question.share(some & question.idf.keys()) <= 1 + 1e-9
    assert 0 <= question.known <= 1 + 1e-9


@pytest.mark.parametrize(
    ("asked", "told", "meant"),
    [
        ("许昌市公安局长是谁？", "市公安局局长董留民", "许昌市公安局局长是谁？"),
        ("許昌市公安局長是誰？", "市公安局局长董留民", "許昌市公安局局長是誰？"),
        ("许昌市公安局长是谁？", "市公安局长董留民", "许昌市公安局长是谁？"),
        ("公安局副局长是谁？", "市公安局局长董留民", "公安局副局长是谁？"),
        ("公安局局长是谁？局长呢？", "市公安局局长董留民", "公安局局长是谁？局长呢？"),
    ],
)
def test_a_director_is_asked_for_as_the_articles_have_him(
    tmp_path: Path, asked: str, told: str, meant: str
) -> None:
    """公安局长 is 公安局局长 where they say 局局; it then is read with ten times the confidence."""
    assert spelled_out(asked, lexical_index(tmp_path, [told])) == meant
