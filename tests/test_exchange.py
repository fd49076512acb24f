"""What an ellipsis may ask: one thing of the question before it put for another."""

from __future__ import annotations

import pytest

from embeddings.terms import fold
from qa.exchange import Frequency, exchanged, substituted


def always(_pair: str) -> int:
    return 1


def no_place(pair: str) -> int:
    return int(pair[-1] not in "市县縣省区區旗州盟镇鎮村")


def asked_of(question: str, complete: str, frequency: Frequency) -> list[str]:
    """Return what an ellipsis may ask."""
    return [one.question for one in substituted(question, complete, frequency)]


@pytest.mark.parametrize(
    ("question", "complete", "meant"),
    [
        ("警车呢？", "许昌市公安局购置了多少架无人机？", "许昌市公安局购置了多少架警车？"),
        ("那眉山的呢？", "许昌市公安局局长是谁？", "眉山市公安局局长是谁？"),
        ("辅警呢", "包头民警有多少人参加轮训？", "包头辅警有多少人参加轮训？"),
        ("女職工呢？", "該局有多少名男職工？", "該局有多少名女職工？"),
        ("2019年呢？", "2020年破获多少起案件？", "2019年破获多少起案件？"),
        ("D6158次呢？", "D6159次列车全程运行多长时间？", "D6158次列车全程运行多长时间？"),
        (
            "What about police cars?",
            "How many drones did Xuchang buy?",
            "How many police cars did Xuchang buy?",
        ),
        ("And in Meishan?", "Who leads Xuchang police?", "Who leads Meishan police?"),
        ("那麼警車呢？", "該局購置了多少架無人機？", "該局購置了多少架警車？"),
        ("And in 2019?", "Who led Xuchang police in 2020?", "Who led Xuchang police in 2019?"),
        ("上半年呢？", "许昌2019年破获多少起案件？", "许昌上半年破获多少起案件？"),
        ("第三季度呢？", "公司2023年第二季度营收多少？", "公司2023年第三季度营收多少？"),
        ("2022年呢？", "公司2023年第二季度营收多少？", "公司2022年第二季度营收多少？"),
        ("上半年呢？", "公司2023年第二季度营收多少？", "公司2023年上半年营收多少？"),
        ("去年上半年呢？", "全国今年破获多少起案件？", "全国去年上半年破获多少起案件？"),
        ("去年上半年呢？", "公司2023年第二季度营收多少？", "公司去年上半年营收多少？"),
        ("第一季呢？", "公司2023年第二季营收多少？", "公司2023年第一季营收多少？"),
        ("目前呢？", "四季酒店2023年有多少员工？", "四季酒店目前有多少员工？"),
        ("那第2季呢？", "公司第3季营收多少？", "公司第2季营收多少？"),
        ("6月呢？", "公司2023年5月营收多少？", "公司2023年6月营收多少？"),
        ("2022年6月呢？", "公司2023年5月营收多少？", "公司2022年6月营收多少？"),
        ("2022年呢？", "公司2023年5月营收多少？", "公司2022年5月营收多少？"),
        ("去年全年呢？", "山西6月份抽采了多少煤层气？", "山西去年全年抽采了多少煤层气？"),
    ],
)
def test_one_thing_is_put_for_another(question: str, complete: str, meant: str) -> None:
    """What an ellipsis names stands where something of its kind stood."""
    assert meant in asked_of(question, complete, always)


@pytest.mark.parametrize(
    ("question", "complete"),
    [
        ("乌兰察布市公安局呢？", "通辽市公安局梳理出多少项顽瘴痼疾？"),
        ("包头市公安局呢？", "许昌市公安局购置了多少架无人机？"),
    ],
)
def test_of_a_kind_takes_one_place_only(question: str, complete: str) -> None:
    """A bureau stands for a bureau, and not for the things that are counted."""
    other = question.removesuffix("呢？")
    exchange = exchanged(question, complete, always)
    assert exchange is not None
    assert exchange.question == other + complete[complete.index("局") + 1 :]


@pytest.mark.parametrize(
    ("complete", "meant"),
    [
        ("车站新添置了几台冷风机？", ["车站新添置了几台空调？"]),
        ("特高压工程投资多少亿元？", []),
        ("男孩是几點落入松花江的？", []),
    ],
)
def test_a_number_is_not_torn_apart(complete: str, meant: list[str]) -> None:
    """What is counted is put in another's place without its measure word."""
    assert asked_of("空调呢？", complete, no_place) == meant


@pytest.mark.parametrize(
    ("question", "complete", "meant"),
    [
        ("目标均价呢？", "福耀玻璃收盘价是多少？", "福耀玻璃目标均价是多少？"),
        ("鄂尔多斯市公安局呢？", "今年通辽市公安局有多少人？", "今年鄂尔多斯市公安局有多少人？"),
        ("包头市公安局呢？", "許昌市公安局有多少人？", "包头市公安局有多少人？"),
    ],
)
def test_no_word_is_torn_apart(question: str, complete: str, meant: str) -> None:
    """A part of a question begins where the articles seldom have its first characters together."""
    articles = "福耀玻璃大涨。玻璃业的收盘价高。今年许昌市公安局和通辽市公安局去年同比。"
    exchange = exchanged(question, complete, articles.count)
    asked = [exchange.question] if exchange else asked_of(question, complete, articles.count)
    assert meant in asked


@pytest.mark.parametrize("question", ["警车呢？", "2019年呢？", "And in Meishan?", "为什么？"])
def test_what_is_of_another_kind_is_not_exchanged(question: str) -> None:
    """Where nothing in the question before is of a kind, or it is a time, nothing is sure."""
    complete = "2020年许昌市公安局购置了多少架无人机？"
    assert exchanged(question, complete, always) is None


@pytest.mark.parametrize(
    "question",
    [
        *("他还说了什么？", "为什么呢？", "谢谢", "有没有伤亡呢？", "還有呢？"),
        *("And how many bags?", "And then?", "And him?", "And in May?", "How about last year?"),
        "And in 2019?",
    ],
)
def test_what_is_no_ellipsis_takes_no_place(question: str) -> None:
    """A question of its own words is completed in front, or not at all."""
    assert substituted(question, "许昌市公安局购置了多少架无人机？", always) == []


def test_which_city_is_no_place() -> None:
    """Costs do not take the place of 哪个城 in 哪个城市."""
    assert asked_of("成本呢？", "哪个城市的警方破获了案子？", always) == []


def test_what_is_no_place_takes_none() -> None:
    """Poppies are no city: 粟市 stands in no article."""
    complete = "许昌市公安局购置了多少架无人机？"
    asked = asked_of("罂粟呢？", complete, lambda _pair: 0)
    assert asked == ["许昌市公安局购置了多少架罂粟？"]


TOLD = (
    "罗刚、穆磊、万安科技公司、万安科技、方连庆在许昌。临江市副局长韩志平介绍。包头市和许昌市公安局轮训民警。"
    "縣長許文雄視察。邱海峰说，邱海峰拨款。"
)


@pytest.mark.parametrize(
    ("question", "complete", "meant"),
    [
        ("那許文雄呢？", "韩志平是谁？", ["許文雄是谁？"]),
        ("许文雄呢？", "邱海峰拨款多少？", ["许文雄拨款多少？"]),
        ("那许昌呢？", "包头有多少民警轮训？", ["包头有多少许昌？", "许昌有多少民警轮训？"]),
        ("票价呢？", "韩志平是谁？", []),
        ("穆磊呢？", "罗刚是谁？", ["穆磊是谁？"]),
        ("穆磊呢？", "罗刚", ["穆磊"]),
        ("方连庆呢？", "万安科技被罚多少钱？", []),
        ("韩志平呢？", "许昌有多少民警？", []),
        ("票价呢？", "包头有多少民警轮训？", ["包头有多少票价？"]),
        ("现在呢？", "他们以前一年赚多少钱？", ["他们现在一年赚多少钱？"]),
    ],
)
def test_a_name_stands_for_a_name(question: str, complete: str, meant: list[str]) -> None:
    """A person for a person, a place without its 市 for another, a time for a time."""
    articles = fold(TOLD)
    assert asked_of(question, complete, articles.count) == meant
