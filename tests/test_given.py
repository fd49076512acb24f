"""When was that? Who said so? are answered by what was told, and by no other date or speaker."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from tests.libraries import Library

ACCIDENT = """江边一辆轿车冲出护栏

7月3日晚，临江市望江路一辆轿车冲出护栏，坠入江中。两名路人跳入水中，救起了司机。
目击者吴先生说，当时雨很大，路面有积水。司机姓陈，今年四十二岁，送医后没有生命危险。
交警说，这条路段去年发生过四起类似的事故。路面在5月10日刚刚重新铺过。
下一步，交警将在弯道处加装反光标志。9月1日起，这里限速每小时40公里。
"""


@pytest.fixture
def accident(tmp_path: Path, encoder: BundledEncoder) -> Library:
    """One article with a date of the event in its lead, and of other things further down."""
    return Library.from_articles(tmp_path, {"accident.txt": ACCIDENT}, encoder=encoder)


@pytest.mark.parametrize("when", ["那是什么时候的事？", "哪天发生的？", "When did it happen?"])
def test_the_lead_dates_the_event(accident: Library, encoder: BundledEncoder, when: str) -> None:
    """Though the sentence that was given stands after it, and is not about the whole event."""
    session = accident.session(encoder, top=3)
    assert session.ask("轿车冲出护栏后谁救起了司机？").answered
    answer = session.ask(when)
    assert answer.answered
    assert "7月3日" in answer.passages[0].answer_sentence.text


def test_the_sentence_that_was_given_may_have_the_day(
    seeds: Library, encoder: BundledEncoder
) -> None:
    """What was told in it was on the day with which it begins, not on another of the article's."""
    session = seeds.session(encoder, top=3)
    given = session.ask("王春旭给多少人培训？").passages[0].answer_sentence
    answer = session.ask("那是什么时候的事？")
    assert answer.answered
    assert answer.passages[0].answer_sentence == given
    assert [one.rank for one in answer.passages] == list(range(1, len(answer.passages) + 1))


def test_another_date_is_none(seeds: Library, encoder: BundledEncoder) -> None:
    """Deep in a long article stands the day of a show; when the drones were bought is not told."""
    session = seeds.session(encoder, top=3)
    session.ask("许昌市公安局购置了多少架无人机？")
    assert not session.ask("那是什么时候的事？").answered


SAID = """临江缆车九月有月票

退休教师龚秀兰说，票价偏高。环保组织负责人孟凡说，塔架已经降低，他对此表示欢迎。
市交通局副局长韩志平回应称，月票方案正在研究，预计今年九月公布。
商户代表赵敏表示，游客多了三成。
"""


@pytest.mark.parametrize("who", ["谁说的？", "這話是誰說的？", "Who said so?"])
def test_who_said_so_is_whom_the_sentence_names(
    tmp_path: Path, encoder: BundledEncoder, who: str
) -> None:
    """And not another who says something in the same article."""
    library = Library.from_articles(tmp_path, {"tickets.txt": SAID}, encoder=encoder)
    session = library.session(encoder, top=3)
    assert session.ask("月票什么时候公布？").answered
    answer = session.ask(who)
    assert answer.answered
    assert "韩志平" in answer.passages[0].answer_sentence.text


QUOTED = """采石场旁的果园减产

果农白玉林种了二十亩梨树。
“今年的梨只收了八千斤。往年能收三万斤。树叶上落了厚厚一层灰。”村民组长程福来说。
镇环保办主任武凤英说：“采石场已经停产。洒水车每天出动四次。防尘网月底装好。”
县里将派专家来看果树。
"""


@pytest.mark.parametrize(
    ("asked", "speaker"), [("今年的梨收了多少斤？", "程福来"), ("洒水车每天出动几次？", "武凤英")]
)
def test_who_said_so_stands_where_the_quotation_opens_or_closes(
    tmp_path: Path, encoder: BundledEncoder, asked: str, speaker: str
) -> None:
    """What is quoted in several sentences has its speaker before the first or behind the last."""
    library = Library.from_articles(tmp_path, {"pears.txt": QUOTED}, encoder=encoder)
    session = library.session(encoder, top=3)
    given = session.ask(asked)
    assert given.answered
    assert speaker not in given.passages[0].answer_sentence.text
    answer = session.ask("谁说的？")
    assert answer.answered
    assert speaker in answer.passages[0].answer_sentence.text


def test_what_nobody_is_quoted_with_is_said_by_no_other(
    tmp_path: Path, encoder: BundledEncoder
) -> None:
    """What the article tells itself is not said by whom it quotes further down."""
    library = Library.from_articles(tmp_path, {"pears.txt": QUOTED}, encoder=encoder)
    session = library.session(encoder, top=3)
    assert session.ask("白玉林种了多少亩梨树？").answered
    answer = session.ask("谁说的？")
    assert not answer.answered or "程福来" not in answer.passages[0].answer_sentence.text
