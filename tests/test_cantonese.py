"""A question in written Cantonese is asked in the words of the articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from qa.cantonese import written_chinese
from tests.libraries import Library

FIRE = """旺角唐樓三級火 釀兩死七傷

旺角上海街一幢八層高唐樓昨日凌晨發生三級火，造成兩死七傷。
消防處共動員142名消防員及28輛消防車到場，火警於凌晨4時50分被救熄。
消防處發言人李國明表示，起火原因是電動單車電池充電時過熱。
"""


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("消防處發言人係邊個？", "消防處發言人是誰？"),
        ("場火喺邊度發生？", "場火在哪裡發生？"),
        ("動員咗幾多消防員？", "動員了多少消防員？"),
        ("佢哋點解唔走？", "他們為什麼不走？"),
        ("佢話咗啲乜？", "他說了些什麼？"),
        ("幾時救熄？", "什麼時候救熄？"),
        ("边个系队长？", "谁是队长？"),
        # What only looks like it:
        ("他們是什麼關係？", "他們是什麼關係？"),
        ("宵禁几点解除？", "宵禁几点解除？"),
        ("幾時候能好？", "幾時候能好？"),
        ("小羊咩咩叫几声？", "小羊咩咩叫几声？"),
        ("周边度假村有几家？", "周边度假村有几家？"),
        ("", ""),
    ],
)
def test_the_words_of_cantonese_are_put_in_others(asked: str, written: str) -> None:
    """In the script of the question; what any Chinese may write stays."""
    assert written_chinese(asked) == written


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("消防處發言人係邊個？", "李國明"),
        ("場火幾時救熄？", "4時50分"),
        ("動員咗幾多消防員？", "142名"),
    ],
)
def test_a_question_in_cantonese_is_answered(
    tmp_path: Path, encoder: BundledEncoder, asked: str, answer: str
) -> None:
    """The answer is found, and the screen shows what was searched."""
    session = Library.from_articles(tmp_path, {"fire.txt": FIRE}, encoder=encoder).session(encoder)
    found = session.ask(asked)
    assert found.answered
    assert answer in found.passages[0].answer_sentence.text
    assert (found.question, found.searched_as) == (asked, written_chinese(asked))
    assert found.completed
