"""Hits → answer: the sentence, the list, the confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.config import IndexConfig
from embeddings.snapshot import Snapshot
from qa.answer import Answer, answer_from_hits
from qa.choice import chooser
from qa.confidence import confidence_parts, probability
from qa.excerpt import worth_reading
from qa.question import Question
from qa.reader import Reading
from qa.retrieve import Hit, retrieve
from qa.weights import weights
from tests.fakes import FakeEncoder, FakeReader
from tests.libraries import Library

FISH = {
    "fish.txt": "白尾雀鲷又称金尾雀鲷，俗名厚壳仔。白尾雀鲷分布于印度太平洋区的海域。"
    "白尾雀鲷体呈椭圆形，全身黄褐色。白尾雀鲷生活在水深0.5至3公尺。",
}
FIRE = "8月5日下午，固阳县一家仓库失火，消防队出动六辆车，两小时后扑灭，无人受伤。"


def ask(
    folder: Path, encoder: BundledEncoder, articles: dict[str, str], question: str, top: int = 5
) -> Answer:
    return (
        Library.from_articles(folder, articles, encoder=encoder)
        .session(encoder, top=top)
        .ask(question)
    )


def test_the_subject_of_an_article_tells_no_sentence_apart(
    tmp_path: Path, encoder: BundledEncoder
) -> None:
    """Asked where a fish lives, the sentence on that is chosen, not the one that names the fish."""
    answer = ask(tmp_path, encoder, FISH, "白尾雀鲷一般分布在什么海域？")
    assert "印度太平洋" in answer.passages[0].answer_sentence.text


def test_the_same_story_counts_once(tmp_path: Path, encoder: BundledEncoder) -> None:
    """A story that two files tell is shown once, and the other file is named with it."""
    articles = {"a.txt": FIRE, "b.txt": f"本报讯 {FIRE}", **FISH}
    answer = ask(tmp_path, encoder, articles, "固阳县的仓库何时失火？")
    first = answer.passages[0]
    assert [passage.source.path for passage in first.also_in] == (
        ["b.txt"] if first.passage.source.path == "a.txt" else ["a.txt"]
    )
    assert sum("失火" in cited.passage.text for cited in answer.passages) == 1


def test_a_copy_that_tells_another_number_is_shown(tmp_path: Path, encoder: BundledEncoder) -> None:
    """Of two texts that differ in just the number that is asked for, neither hides the other."""
    articles = {
        f"{number}.txt": f"青城图书馆新馆昨日开放。新馆藏书{number}万册。"
        "馆内设有儿童阅览室和自习区，每天上午九点开门，晚上八点闭馆。市民凭身份证即可入馆借阅，每次可借五本。"
        for number in (120, 150)
    }
    answer = ask(tmp_path, encoder, articles, "青城图书馆新馆藏书多少册？")
    assert [one.also_in for one in answer.passages] == [(), ()]
    told = {one.answer_sentence.text for one in answer.passages}
    assert told == {"新馆藏书120万册。", "新馆藏书150万册。"}


def test_confidence_tells_answers_from_guesses(tmp_path: Path, encoder: BundledEncoder) -> None:
    """A question that the articles answer gets a higher confidence than one that they do not."""
    right = ask(tmp_path / "a", encoder, {"a.txt": FIRE, **FISH}, "固阳县的仓库何时失火？")
    wrong = ask(tmp_path / "b", encoder, {"a.txt": FIRE, **FISH}, "谁赢了昨天的足球赛？")
    assert right.answered
    assert not wrong.answered
    assert 0 <= wrong.confidence < right.confidence <= 1


CABLE_CAR = """临江市首条跨江缆车正式开通

市交通局副局长韩志平介绍，项目总投资4.2亿元，于2021年10月动工。
退休教师龚秀兰觉得票价偏高。对此，韩志平回应称，月票方案正在研究。
环保组织负责人孟凡说，塔架高度由92米降到78米，他们对此表示欢迎。
"""


@pytest.mark.parametrize(
    "asked", ["韩志平是谁？", "韓志平是誰", "谁是韩志平？", "Who is Han Zhiping?"]
)
def test_who_somebody_is_stands_before_his_name(
    tmp_path: Path, encoder: BundledEncoder, asked: str
) -> None:
    """The sentence with his office answers, not another that names him, nor another's."""
    answer = ask(tmp_path, encoder, {"a.txt": CABLE_CAR, **FISH}, asked)
    assert answer.answered
    assert "副局长韩志平" in answer.passages[0].answer_sentence.text


MANY = {
    "long.txt": "".join(f"图书馆第{head}条，{rest * 14}。" for head, rest in zip(
        "甲乙丙丁戊己庚辛壬癸", "天地玄黄宇宙洪荒日月", strict=True)),
    "one.txt": "图书馆在城东，坐五路车去。",
    "two.txt": "图书馆不收费，要带证件。",
}  # fmt: skip


READ = Reading(odds=0.0, shares=(1.0,) * 100)
"""Undecided, whatever the sentence."""


def _parts(folder: Path, asked: str, articles: dict[str, str] = MANY) -> tuple[Question, list[Hit]]:
    """Return a question and its hits, with the fake encoder."""
    encoder = FakeEncoder()
    library = Library.from_articles(folder, articles, encoder=encoder)
    snapshot = Snapshot.from_index(library.index, encoder=encoder.fingerprint, config=IndexConfig())
    question = Question.from_text(asked, snapshot.lexical)
    vector = encoder.encode_question(asked)
    return question, retrieve(snapshot, question, vector, weights().ranking)


CLIPPING = """地铁4号线今起试运行

2025年5月7日 东平日报

地铁4号线今天开始试运行，全线设站十九座。试运行期间不对外载客，计划在国庆前正式载客。
"""


@pytest.mark.parametrize(
    ("question", "dated"),
    [
        ("地铁4号线什么时候载客？", False),
        ("地铁4号线试运行的报道是什么时候发表的？", True),
    ],
)
def test_a_date_line_tells_when_the_article_was_printed(
    tmp_path: Path, encoder: BundledEncoder, question: str, *, dated: bool
) -> None:
    """The line with date and outlet does not say when something happened, but when that was."""
    answer = ask(tmp_path, encoder, {"metro.txt": CLIPPING}, question)
    assert (answer.passages[0].answer_sentence.text == "2025年5月7日 东平日报") is dated


def test_one_article_does_not_fill_the_list(tmp_path: Path) -> None:
    """Where others answer nearly as well, they come before the second passage of the first."""
    question, hits = _parts(tmp_path, "图书馆")
    long = [hit for hit in hits if hit.passage.source.path == "long.txt"]
    assert len(long) > 2
    nearly = {"long.txt": 0.9, "one.txt": 0.895, "two.txt": 0.894}
    level = sorted(
        (replace(hit, fused=nearly[hit.passage.source.path]) for hit in hits),
        key=lambda hit: (-hit.fused, hit.passage.id),
    )
    answer = answer_from_hits(question, level, weights(), FakeReader(), top=4)
    paths = [cited.passage.source.path for cited in answer.passages]
    assert paths == ["long.txt", "one.txt", "two.txt", "long.txt"]


def test_a_much_better_article_may_fill_the_list(tmp_path: Path) -> None:
    """Where others answer far worse, the best article's passages stay in front."""
    question, hits = _parts(tmp_path, "图书馆")
    apart = sorted(
        (replace(hit, fused=0.9 if hit.passage.source.path == "long.txt" else 0.5) for hit in hits),
        key=lambda hit: (-hit.fused, hit.passage.id),
    )
    answer = answer_from_hits(question, apart, weights(), FakeReader(), top=2)
    assert [cited.passage.source.path for cited in answer.passages] == ["long.txt"] * 2


@pytest.mark.parametrize("top", [1, 2, 100])
def test_top_limits_the_list(tmp_path: Path, top: int) -> None:
    """No more than `top` passages are shown, ranked from 1, and none is shown twice."""
    question, hits = _parts(tmp_path, "图书馆")
    shown = answer_from_hits(question, hits, weights(), FakeReader(), top=top).passages
    assert 0 < len(shown) <= top
    assert [cited.rank for cited in shown] == list(range(1, len(shown) + 1))
    assert len({cited.passage.id for cited in shown}) == len(shown)


def test_nothing_found_is_an_answer(tmp_path: Path) -> None:
    """Without a hit the answer cites nothing, is sure of nothing, and is not answered."""
    question, _ = _parts(tmp_path, "图书馆")
    answer = answer_from_hits(question, [], weights(), FakeReader(), top=5)
    assert (answer.passages, answer.confidence, answer.answered) == ((), 0, False)


def _confidence(question: Question, hit: Hit, reading: Reading) -> float:
    return probability(confidence_parts(question, hit, hit.best, reading, weights().confidence))


def test_a_passage_on_another_subject_lowers_confidence(tmp_path: Path) -> None:
    """All else equal, a passage that does not name the town asked about is less sure."""
    question, hits = _parts(tmp_path, "图书馆在城东，坐五路车去吗？")
    whole, lacking = (
        _confidence(one, hits[0], READ) for one in (question, replace(question, subject="通辽"))
    )
    assert lacking < whole


def test_confidence_grows_with_the_odds(tmp_path: Path) -> None:
    """All else equal, the surer the reader, the surer the answer, within [0, 1]."""
    question, hits = _parts(tmp_path, "图书馆")
    sure = [
        _confidence(question, hits[0], replace(READ, odds=odds))
        for odds in (-1000.0, -4.0, 0.0, 4.0, 1000.0)
    ]
    assert sure == sorted(sure)
    assert 0 <= sure[0] < sure[-1] <= 1


class Says:
    """A `Reader` that has its own mind: it wants a text, and says no to all that lack it."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.seen = 0

    def read(self, _question: str, sentences: Sequence[str], _heading: str = "") -> Reading:
        self.seen += 1
        holds = [self.wanted in sentence for sentence in sentences]
        shares = [float(one) if any(holds) else 1 / len(holds) for one in holds]
        return Reading(6.0 if any(holds) else -6.0, tuple(shares))


def _level(hits: Sequence[Hit], margin: float) -> list[Hit]:
    """Return hits of two articles, the second one behind by so much."""
    first = next(hit for hit in hits if hit.passage.source.path == "one.txt")
    second = next(hit for hit in hits if hit.passage.source.path == "two.txt")
    return [replace(first, fused=0.9), replace(second, fused=0.9 - margin)]


@pytest.mark.parametrize(
    ("wanted", "margin", "first", "seen"),
    [
        ("城东", 0.01, "one.txt", 1),  # the first passage answers: no other is read
        ("证件", 0.01, "two.txt", 2),  # it does not, but the next one does
        ("证件", 0.05, "one.txt", 1),  # the next one is too far behind
        ("月亮", 0.01, "one.txt", 2),  # neither does
    ],
)
def test_the_next_passage_is_read_where_the_first_does_not_answer(
    tmp_path: Path, wanted: str, margin: float, first: str, seen: int
) -> None:
    """A passage that answers comes before one that is only a little nearer to the question."""
    question, hits = _parts(tmp_path, "图书馆")
    reader = Says(wanted)
    answer = answer_from_hits(question, _level(hits, margin), weights(), reader, top=2)
    assert answer.passages[0].passage.source.path == first
    assert reader.seen == seen


@pytest.mark.parametrize(("place", "found", "seen"), [(2, True, 3), (3, True, 4), (4, False, 4)])
def test_four_passages_are_read_until_one_answers(
    tmp_path: Path, place: int, found: bool, seen: int
) -> None:
    """Of passages that are as near as the first, the fourth may still come first, the fifth not."""
    articles = {f"{name}.txt": f"图书馆在{name}。" for name in "甲乙丙丁戊己"}
    question, hits = _parts(tmp_path, "图书馆", articles)
    level = [replace(hit, fused=0.9 - 0.001 * number) for number, hit in enumerate(hits)]
    wanted = level[place].passage
    reader = Says(wanted.text)
    answer = answer_from_hits(question, level, weights(), reader, top=6)
    assert (answer.passages[0].passage.id == wanted.id) is found
    assert reader.seen == seen
    assert len(answer.passages) == 6


def test_the_sentence_that_a_reader_names_is_the_answer(tmp_path: Path) -> None:
    """Of sentences that look alike, the one that the reader says is marked."""
    question, hits = _parts(tmp_path, "图书馆")
    long = max(hits, key=lambda hit: len(hit.sentences))
    for scored in long.sentences[:2]:
        text = scored.sentence.text
        answer = answer_from_hits(question, [long], weights(), Says(text), top=1)
        assert answer.passages[0].answer_sentence.text == text


def test_what_is_read_is_the_best_there_is_room_for(tmp_path: Path) -> None:
    """Of a long passage the best sentences are read, in order; a short one is read whole."""
    question, hits = _parts(tmp_path, "图书馆")
    for hit in hits:
        chosen = chooser(question, hits, weights().choice)(hit)
        excerpt = worth_reading(question, chosen.hit, chosen.scores, hits)
        places, texts = excerpt.places, excerpt.sentences
        assert list(places) == sorted(places)
        assert max(chosen.scores) in {chosen.scores[place] for place in places}
        assert texts == tuple(hit.sentences[place].sentence.text for place in places)
        whole = sum(len(scored.sentence.text) for scored in hit.sentences)
        assert sum(map(len, texts)) <= max(150, len(texts[0]))
        assert (len(places) == len(hit.sentences)) is (whole <= 150)


@pytest.mark.parametrize(
    ("begins", "heading"),
    [
        ("城北派出所一年走访四千户\n\n本报讯 记者走进城北派出所。", "城北派出所一年走访四千户"),
        ("城南派出所有三十名民警。", "城南派出所有三十名民警。"),
    ],
    ids=["headline", "first sentence"],
)
def test_what_is_read_stands_below_its_headline(tmp_path: Path, begins: str, heading: str) -> None:
    """The headline goes with every passage; without one, what the article begins with does."""
    told = "".join(f"第{number}天，他们在夜里巡逻，白天走访群众。" for number in range(60))
    question, hits = _parts(tmp_path, "走访了多少户？", {"station.txt": begins + told})
    later = [hit for hit in hits if heading not in hit.passage.text]
    assert later
    for hit in later:
        chosen = chooser(question, hits, weights().choice)(hit)
        assert worth_reading(question, chosen.hit, chosen.scores, hits).heading == heading


BYLINES = {
    "baotou.txt": "包头市公安局开展教育整顿，建成党校五所。收到意见两千条。(王祯)",
    "meishan.txt": "眉山市公安局開展教育整頓，成立了督導組。整改問題三十個。(楊超林)",
    "xuchang.txt": "许昌市公安局购置无人机32架。许昌公安走访群众四千户。(摄影/董全磊)",
}


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("眉山那篇教育整顿报道的作者叫什么？", "楊超林"),
        ("包头教育整顿的报道是谁写的？", "王祯"),
        ("許昌公安那篇稿子的照片是誰拍的？", "董全磊"),
    ],
)
def test_the_author_is_in_the_byline_of_the_article_meant(
    tmp_path: Path, encoder: BundledEncoder, asked: str, name: str
) -> None:
    """All by-lines are alike: the article's own words tell whose is asked for."""
    answer = ask(tmp_path, encoder, BYLINES, asked)
    assert name in answer.passages[0].answer_sentence.text


def test_a_question_of_asking_words_alone_is_refused(tmp_path: Path) -> None:
    """Why?, asked first, has no term to search by, and is still answered: with a refusal."""
    question, hits = _parts(tmp_path, "为什么？")
    answer = answer_from_hits(question, hits, weights(), FakeReader(), top=5)
    assert 0 <= answer.confidence <= 1
    assert not answer.answered


@pytest.mark.parametrize(
    ("confidence", "told"),
    [(0.6496, "0.64"), (0.6497, "0.65"), (0.644, "0.64"), (0.951, "0.95"), (0.0, "0.00")],
)
def test_a_refusal_never_seems_to_reach_the_threshold(
    tmp_path: Path, confidence: float, told: str
) -> None:
    """0.65 of 0.65 that are needed is no reason to refuse."""
    question, hits = _parts(tmp_path, "图书馆")
    answer = answer_from_hits(question, hits, weights(), FakeReader(), top=1)
    sure = replace(answer, confidence=confidence, threshold=0.6497)
    assert sure.confidence_told == told
