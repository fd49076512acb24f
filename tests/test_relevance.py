"""An answer to a completed question tells of what the user has just said."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from embeddings.bundled import BundledEncoder
from embeddings.errors import QuestionError
from qa import relevance
from qa.answer import PERHAPS
from qa.present import answer_view
from tests.libraries import SMALL, Library

DRONES = "许昌市公安局购置了多少架无人机？"
PLACES = ("许昌", "包头", "眉山", "通辽", "赤峰", "扎兰屯")


def test_something_else_has_an_answer_of_its_own(seeds: Library, encoder: BundledEncoder) -> None:
    """Police cars are not answered with drones; Meishan is, and has another director."""
    session = seeds.session(encoder, top=1)
    session.ask("许昌市公安局购置了多少架无人机？")
    assert not session.ask("警车呢？").answered
    session.ask("许昌市公安局局长是谁？")
    answer = session.ask("眉山的呢？")
    assert answer.answered
    assert "王景弘" in answer.passages[0].answer_sentence.text


@pytest.mark.parametrize("other", ["鄂尔多斯市公安局", "乌兰察布市公安局", "包头市公安局"])
def test_anothers_figure_is_no_answer(seeds: Library, encoder: BundledEncoder, other: str) -> None:
    """What the articles tell of one bureau is not given as another's."""
    session = seeds.session(encoder, top=1)
    assert session.ask("通辽市公安局梳理出多少项顽瘴痼疾？").answered
    answer = session.ask(f"{other}呢？")
    assert answer.searched_as == f"{other}梳理出多少项顽瘴痼疾？"
    assert not answer.answered


def test_thanks_end_no_topic(seeds: Library, encoder: BundledEncoder) -> None:
    """After thanks, "they" are still what was asked about before."""
    session = seeds.session(encoder, top=1)
    for line in ("许昌市公安局购置了多少架无人机？", "谢谢", "What can you do?"):
        session.ask(line)
    assert "无人机" in session.ask("它们有什么用？").searched_as


@pytest.mark.parametrize("said", ["What time is it?", "How does this work?", "你是谁？", "thanks"])
def test_small_talk_is_not_answered(seeds: Library, encoder: BundledEncoder, said: str) -> None:
    """What asks nothing of the articles has no answer in them, though a passage is near."""
    answer = seeds.session(encoder, top=1).ask(said)
    assert answer.passages
    assert answer.confidence < PERHAPS


@pytest.mark.parametrize("said", ["北京的天气怎么样？", "明天股市会涨吗", "谢谢"])
def test_what_the_articles_know_nothing_of_is_searched_alone(
    seeds: Library, encoder: BundledEncoder, said: str
) -> None:
    """Thanks and the weather are not completed from the question before them."""
    session = seeds.session(encoder, top=1)
    session.ask("许昌市公安局购置了多少架无人机？")
    answer = session.ask(said)
    assert not answer.answered
    assert answer.searched_as == said


@pytest.mark.parametrize("marks", ["？", "……"])
def test_marks_alone_ask_nothing(seeds: Library, encoder: BundledEncoder, marks: str) -> None:
    """They are refused as an empty question, and the conversation goes on where it was."""
    session = seeds.session(encoder, top=1)
    session.ask("许昌市公安局购置了多少架无人机？")
    with pytest.raises(QuestionError, match="empty"):
        session.ask(marks)
    assert "无人机" in session.ask("它们有什么用？").searched_as


def test_a_new_question_is_not_asked_of_the_old_topic(
    seeds: Library, encoder: BundledEncoder
) -> None:
    """Where the passage has nothing of what was asked before, that completes nothing."""
    session = seeds.session(encoder, top=1)
    session.ask("环比上升多少？")
    answer = session.ask("罗刚的妻子是谁？")
    assert answer.searched_as == "罗刚的妻子是谁？"
    assert not answer.answered


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (["包头市公安局第三期政治轮训班是谁来授课的？", "那是什么时候的事？"], True),
        (["许昌市公安局购置了多少架无人机？", "那是什么时候的事？"], False),
        (["許昌市公安局購置了多少架無人機？", "那是什麼時候的事？"], False),
        (["How many drones did the Xuchang police buy?", "When was that?"], False),
    ],
)
def test_when_it_was_is_the_date_of_what_was_told(
    seeds: Library, encoder: BundledEncoder, asked: list[str], *, answered: bool
) -> None:
    """Another date of the same article is no answer: nobody says when the drones were bought."""
    session = seeds.session(encoder, top=5)
    *_, last = [session.ask(question) for question in asked]
    assert last.answered is answered


def test_the_sentence_tells_of_the_new_thing(seeds: Library, encoder: BundledEncoder) -> None:
    """Asked on about poppies, the sentence that tells of them is quoted, not the one of drones."""
    session = seeds.session(encoder, top=1)
    session.ask(DRONES)
    assert "罂粟" in session.ask("罂粟呢？").passages[0].answer_sentence.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["许昌市公安局购置了多少架无人机？", "刑事案件呢？"], "刑事案件5256起"),
        (["小夜校一共开办了多少次？", "参加的人数呢？"], "参加学习人数12040人次"),
        (["包头有多少民警参加政治轮训？", "那许昌呢？"], "轮训民警4109人次"),
    ],
    ids=lambda value: "" if isinstance(value, str) else value[-1],
)
def test_an_ellipsis_is_answered_by_the_new_thing(
    seeds: Library, encoder: BundledEncoder, asked: list[str], told: str
) -> None:
    """Not by the drones, whose passage counts cases too; and not refused beside its answer."""
    session = seeds.session(encoder, top=3)
    *_, last = [session.ask(question) for question in asked]
    assert last.answered
    assert told in last.passages[0].answer_sentence.text


@pytest.mark.parametrize("question", ["多少钱？", "为什么？", "那是几点？", "谁？", "Why?"])
def test_what_only_asks_is_completed(
    seeds: Library, encoder: BundledEncoder, question: str
) -> None:
    """A price, a reason and an hour are asked of the drones; no article tells them."""
    session = seeds.session(encoder, top=1)
    session.ask(DRONES)
    answer = session.ask(question)
    assert "无人机" in answer.searched_as
    assert not answer.answered


def test_a_lone_character_is_not_asked_on(seeds: Library, encoder: BundledEncoder) -> None:
    """好。 asks for nothing, and the next question is still about what was asked before it."""
    session = seeds.session(encoder, top=1)
    session.ask(DRONES)
    answer = session.ask("好。")
    assert not answer.completed
    assert not answer.answered
    assert "无人机" in session.ask("为什么？").searched_as


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["三學是什麼？", "三谈呢？"], "三談:談自己"),
        (["三學是什麼？", "三谈呢？", "三比呢"], "三比:比忠誠擔當"),
        (["教育整顿选树了多少名典型？", "下一步要做什么？"], "下一步,内蒙古公安机关将着力做好"),
        (["许昌市公安局购置了多少架无人机？", "它们有什么用？"], "在侦查办案、巡逻防控"),
        (["许昌市公安局购置了多少架无人机？", "铲除了多少株罂粟？"], "铲除罂粟1.8万余株"),
        (["罗刚是谁？", "穆磊是谁？", "他破了什么案子？"], "电信诈骗刑事案件"),
    ],
    ids=lambda value: "" if isinstance(value, str) else value[-1],
)
def test_a_follow_up_is_told_by_its_own_words(
    seeds: Library, encoder: BundledEncoder, asked: list[str], told: str
) -> None:
    """In the article that was cited: not the sentence again that answered the question before."""
    session = seeds.session(encoder, top=5)
    *_, last = [session.ask(question) for question in asked]
    assert last.completed
    assert told in last.passages[0].answer_sentence.text


@pytest.mark.parametrize(
    "asked",
    [
        ["督導組有多少人？", "为什么？"],
        ["许昌市公安局购置了多少架无人机？", "那是哪天？"],
        ["包头市公安局破获了多少起刑事案件？", "治安案件呢？"],
        ["包头市有多少民警参加了轮训？", "女职工呢？"],
    ],
    ids=lambda value: value[-1],
)
def test_what_the_article_does_not_tell_of_it_is_refused(
    seeds: Library, encoder: BundledEncoder, asked: list[str]
) -> None:
    """A question of the article's own, another day, what of the other kind is not told."""
    session = seeds.session(encoder, top=5)
    *_, last = [session.ask(question) for question in asked]
    assert last.completed
    assert not last.answered


def test_a_refused_follow_up_is_not_what_is_asked_on(
    seeds: Library, encoder: BundledEncoder
) -> None:
    """After police cars, of which nothing is told, "they" are still the drones."""
    session = seeds.session(encoder, top=1)
    session.ask(DRONES)
    assert not session.ask("警车呢？").answered
    assert session.ask("它们有什么用？").searched_as == "许昌市公安局购置 无人机 它们有什么用？"


def test_more_passages_of_a_follow_up_are_further_ones(
    seeds: Library, encoder: BundledEncoder
) -> None:
    """/more goes on behind the passages that were shown: first of the article, then of others."""
    session = seeds.session(encoder, top=3)
    session.ask(DRONES)
    session.ask("它们有什么用？")
    shown = [cited.passage.id for cited in session.passages]
    session.turn("/more")
    more = [cited.passage.id for cited in session.passages]
    assert more[:3] == shown
    assert len(set(more)) == len(more) == 6


def test_an_article_that_is_filtered_out_is_not_asked_on(
    seeds: Library, encoder: BundledEncoder
) -> None:
    """A follow-up is searched in what is left."""
    session = seeds.session(encoder, top=3)
    session.ask(DRONES)
    session.turn("/filter file 002*")
    session.ask("它们有什么用？")
    assert {cited.passage.source.path[:3] for cited in session.passages} == {"002"}


@pytest.mark.parametrize(
    ("question", "completed"),
    [
        ("队长是谁？", True),
        ("谁带队？", True),
        ("为啥买？", True),
        ("穆磊是谁？", False),
        ("王梅香的病好了吗？", False),
        ("水有多深？", False),
    ],
)
def test_a_short_question_goes_on(
    seeds: Library, encoder: BundledEncoder, question: str, *, completed: bool
) -> None:
    """It is asked of the drones, whose captain no article names, though others name captains; not
    where it names somebody of whom another article tells, or is answered nowhere."""
    session = seeds.session(encoder, top=1)
    session.ask(DRONES)
    answer = session.ask(question)
    assert answer.completed is completed
    assert not (completed and answer.answered)


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ([DRONES, "那罗刚呢？", "民宿有几套？"], "罗刚"),
        (["How many drones did the Xuchang police buy?", "What about Luo Gang?"], "Luo Gang"),
    ],
)
def test_what_only_another_article_names_is_a_new_topic(
    seeds: Library, encoder: BundledEncoder, asked: list[str], topic: str
) -> None:
    """罗刚呢？ after the drones goes on with him, and the screen says that it is asked anew."""
    session = seeds.session(encoder, top=1)
    first, second, *rest = [session.ask(question) for question in asked]
    assert not first.as_new
    assert second.as_new
    assert second.searched_as == topic
    assert "罗刚" in second.passages[0].answer_sentence.text
    console = Console(width=80, file=io.StringIO())
    console.print(answer_view(second))
    assert "asked as a new question" in console.file.getvalue()  # type: ignore[attr-defined]
    assert all("85套民宿" in one.passages[0].answer_sentence.text for one in rest)


def test_another_year_is_no_thing_of_another_article(
    seeds: Library, encoder: BundledEncoder
) -> None:
    """2011年呢？ asks the same of that year, though only another article names it."""
    session = seeds.session(encoder, top=1)
    session.ask("许昌市公安局2020年购置了多少架无人机？")
    answer = session.ask("2011年呢？")
    assert not answer.answered
    assert not answer.as_new
    assert answer.searched_as == "许昌市公安局2011年购置了多少架无人机？"
    assert "32架" in session.ask("2020年呢？").passages[0].answer_sentence.text


QUARTERS = """泓宇电子公布三个季度财报

泓宇电子第1季营收48.6亿元，毛利率为38.4%，创下七季以来新高。
泓宇电子第2季营收51.3亿元，毛利率为38.9%。
泓宇电子第3季营收55.1亿元，毛利率为40.2%。
"""


def test_another_time_is_asked_of_what_was_asked_last(
    tmp_path: Path, encoder: BundledEncoder
) -> None:
    """第1季呢？ after 毛利率呢？ asks for that, and not again for what was asked before it."""
    library = Library.from_articles(tmp_path, {"quarters.txt": QUARTERS}, encoder=encoder)
    session = library.session(encoder, top=1)
    session.ask("泓宇电子第3季营收多少？")
    assert "51.3亿元" in session.ask("那第2季呢？").passages[0].answer_sentence.text
    session.ask("毛利率呢？")
    answer = session.ask("第1季呢？")
    assert "第1季" in answer.searched_as
    assert "毛利率" in answer.searched_as
    assert "38.4%" in answer.passages[0].answer_sentence.text


def test_a_common_thing_of_another_article_is_not_taken_for_the_topic(
    tmp_path: Path, encoder: BundledEncoder
) -> None:
    """缆车呢？ may ask how many were bought: it is refused, with what answers it anew."""
    cable = {"cable.txt": "缆车全长1680米，连接北岸与南岸，单程约7分钟。\n缆车每小时可运1800人。\n"}
    session = Library.from_articles(tmp_path, {**SMALL, **cable}, encoder=encoder).session(
        encoder, top=1
    )
    session.ask(DRONES)
    answer = session.ask("缆车呢？")
    assert not answer.answered
    assert not answer.as_new
    assert answer.if_new is not None
    assert "缆车" in answer.if_new.passages[0].answer_sentence.text


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("受賄多少錢？", False),
        ("花了多少钱？", False),
        ("有人受伤吗？", False),
        ("罗刚是谁？", True),
        ("王梅香的病？", True),
    ],
)
def test_what_a_refused_question_names_may_be_gone_on_from(
    seeds: Library, encoder: BundledEncoder, question: str, *, names: bool
) -> None:
    """After 花了多少钱？, which nothing answers, the topic is still what it was."""
    assert relevance.names_something(question, seeds.snapshot(encoder).lexical) is names


def test_a_refused_short_question_is_no_topic(seeds: Library, encoder: BundledEncoder) -> None:
    """收入多少？, asked of all articles and refused, leaves the drones what is talked about."""
    session = seeds.session(encoder, top=1)
    session.ask(DRONES)
    refused = session.ask("收入多少？")
    assert not refused.completed
    assert not refused.answered
    assert session.ask("它们有什么用？").searched_as == "许昌市公安局购置 无人机 它们有什么用？"


def test_a_refused_follow_up_tells_what_answers_it_anew(
    seeds: Library, encoder: BundledEncoder
) -> None:
    """Asked of the drones, how many homestays there are is refused; another article tells it."""
    session = seeds.session(encoder, top=1)
    session.ask(DRONES)
    answer = session.ask("民宿有几套？")
    assert answer.completed
    assert not answer.answered
    console = Console(width=80, file=io.StringIO())
    console.print(answer_view(answer))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "As a new question (/new) it is answered (confidence 0.8" in shown
    assert "有85套民宿" in shown
    assert "003_7cae5b507974ae63.txt:105" in shown
    assert session.ask("警车呢？").if_new is None


@pytest.mark.parametrize(
    ("question", "completed"),
    [
        ("Which other equipment was bought?", True),
        ("Who leads the unit?", True),
        ("Who is Luo Gang?", False),
        ("How many homestays are there in the gacha?", False),
    ],
)
def test_a_short_english_question_goes_on(
    seeds: Library, encoder: BundledEncoder, question: str, *, completed: bool
) -> None:
    """Without a name it is asked of what was cited, unless that has no answer and another does."""
    session = seeds.session(encoder, top=1)
    first = session.ask("How many drones did the Xuchang police buy?")
    answer = session.ask(question)
    assert answer.completed is completed
    same = answer.passages[0].passage.article == first.passages[0].passage.article
    assert same is completed


def test_a_title_whose_words_are_common_begins_something_new(
    tmp_path: Path, encoder: BundledEncoder
) -> None:
    """Many articles tell of spring and of stories; of the film with that title one does."""
    others = {f"{place}.txt": f"{place}的春天来得早,老人给孩子讲故事。\n" for place in PLACES}
    film = {"film.txt": "电影《春天的故事》讲一名护林员守山三十年。\n"}
    library = Library.from_articles(tmp_path, {**SMALL, **others, **film}, encoder=encoder)
    session = library.session(encoder, top=1)
    session.ask(DRONES)
    answer = session.ask("《春天的故事》讲什么？")
    assert not answer.completed
    assert answer.passages[0].passage.source.path == "film.txt"


EMBASSY = """中国驻德国大使接受采访

中国驻德国大使吴恳日前接受了《柏林日报》采访。
吴恳强调，华为、中兴长期在德依法合规经营。
"""
CONCERT = """歌唱家登台

著名歌唱家谭晶用一首《唱歌的少年》将当晚的音乐会气氛引向高潮。
"""
TEMPLE = """大佛寺失火

山丹大佛寺昨天凌晨起火，明火上午十时已扑灭。大佛寺始建于北魏。
"""


@pytest.fixture
def three(tmp_path: Path, encoder: BundledEncoder) -> Library:
    """Three articles, each on something else."""
    told = {"embassy.txt": EMBASSY, "concert.txt": CONCERT, "fire.txt": TEMPLE}
    return Library.from_articles(tmp_path, told, encoder=encoder)


def test_a_name_may_have_a_character_that_says_nothing(
    three: Library, encoder: BundledEncoder
) -> None:
    """The 为 of 华为 is no preposition: the article that was cited tells of it."""
    session = three.session(encoder, top=1)
    session.ask("中国驻德国大使是谁？")
    assert "华为" in session.ask("华为呢？").passages[0].answer_sentence.text
    assert session.ask("华为呢？").answered


def test_who_begins_a_question_may_be_of_another_article(
    three: Library, encoder: BundledEncoder
) -> None:
    """谭晶唱了什么歌？ after a fire is a new question, and answered."""
    session = three.session(encoder, top=1)
    session.ask("大佛寺始建于什么朝代？")
    answer = session.ask("谭晶唱了什么歌？")
    assert answer.answered
    assert "唱歌的少年" in answer.passages[0].answer_sentence.text
