"""What is told of the second season, of another day or train, does not answer for the first."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from qa.numbered import tells_another
from tests.libraries import Library

TRAINS = """临江站加开列车

临江站8月3日加开两趟列车。D6159次列车当天运送乘客1240人，开往东岭。
“骑行看山”第二季的终点是坎布拉，共有86名骑手到达。
临江站站长蒙翠说，加开的列车方便了学生返校。
"""


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("D6159次列车运送了多少乘客？", "D6158次列车运送了多少乘客？"),
        ("“骑行看山”第二季的终点在哪里？", "“骑行看山”第一季的终点在哪里？"),
        ("临江站8月3日加开了几趟列车？", "临江站8月4日加开了几趟列车？"),
        ("临江站站长是谁？", "临江站副站长是谁？"),
    ],
)
def test_another_number_is_no_answer(
    tmp_path: Path, encoder: BundledEncoder, asked: str, other: str
) -> None:
    """The same question with a number that the article lacks is refused."""
    library = Library.from_articles(tmp_path, {"trains.txt": TRAINS}, encoder=encoder)
    assert library.session(encoder, top=1).ask(asked).answered
    assert not library.session(encoder, top=1).ask(other).answered


def test_the_day_of_the_article_is_known(tmp_path: Path, encoder: BundledEncoder) -> None:
    """A sentence may name another year; its date says of which year the article is."""
    told = TRAINS.replace("临江站加开列车", "临江站加开列车\n2024-08-04 10:00", 1)
    told = told.replace("学生返校", "学生返校，是1992年以来最多的一次")
    library = Library.from_articles(tmp_path, {"trains.txt": told}, encoder=encoder)
    answer = library.session(encoder, top=1).ask("2024年临江站站长说加开列车方便了谁？")
    assert "1992年" in answer.passages[0].answer_sentence.text
    assert not any(part.name == "of_another" for part in answer.reasons)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("月船二号造价多少?", "月船三号于7月14日发射,造价约7500万美元。"),
        ("嫦娥五号带回多少样品?", "嫦娥六号带回1935克样品。"),
        ("神舟十六号何时返回?", "神舟十五号6月4日返回。"),
        ("地铁3号线票价多少?", "地铁7号线票价两元。"),
    ],
)
def test_another_of_a_name_is_no_answer(question: str, sentence: str) -> None:
    """A numbered name tells of itself alone, though the article may tell of both."""
    assert tells_another(question, sentence, f"{sentence}{question}")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("嫦娥五号之后是哪个探测器?", "嫦娥六号2024年发射。"),
        ("嫦娥六号比嫦娥五号多带回多少?", "嫦娥六号带回1935克样品。"),
        ("月船二号结果如何?", "月船三号登月,月船2号坠毁。"),
        ("会议将于8号还是9号举行?", "会议将于8号举行。"),
        ("展览3月5日有多少人参观?", "3月1日至3月9日有三万人参观。"),
        ("第2届在哪里举行?", "第二届在临江举行。"),
        ("1月5号谁来了?", "1月05日,韩志平来到临江。"),
        ("第二季在哪里?", "第二集讲的是临江。"),
        ("g20峰会在哪里举行?", "峰会在临江举行。"),
        ("地铁6号线何时开通?", "地铁六号线12月28日开通。"),
        ("这10年间有多少人毕业?", "2019年,该校有300人毕业。"),
        ("第十届在哪里举行?", "第10届在北京举行。"),
        ("3日内要办什么?", "7月9日起办理。"),
        ("第几季在临江?", "第二季在临江。"),
        ("县长是谁?", "县委副书记、县长韩志平说,路通了。"),
        ("市长是谁?", "副市长、市公安局局长董留民。市长韩志平。"),
    ],
)
def test_what_may_be_the_same_is_no_other(question: str, sentence: str) -> None:
    """A span of days, other writings of a number, or none."""
    assert not tells_another(question, sentence, sentence)


def test_a_number_that_the_article_names_elsewhere_is_known() -> None:
    """The day stands in the lead; what was counted by the day before may answer all the same."""
    sentence = "截至8月10日,已有三百件展品运到。"
    assert not tells_another(
        "8月11日开幕的展览有多少展品?", sentence, "展览8月11日开幕。" + sentence
    )
    assert tells_another("8月11日开幕的展览有多少展品?", sentence, sentence)
