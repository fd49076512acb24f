"""The completion menu of the chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.candidates import candidates
from qa.cite import STYLES
from qa.commands import NAMES, STYLE_NAMES, nearest
from qa.session import Session
from tests.fakes import FakeEncoder
from tests.libraries import Library

ARTICLES = {
    "甲.txt": "来源：晨报\n2020年8月26日\n\n图书馆每天早上九点开门。\n",
    "乙.txt": "来源：人民日报\n2021年1月5日\n\n河水漫过了堤岸。\n",
    "丙.txt": "来源：晨报\n2021年3月1日\n\n无人机三十二架。\n",
}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A conversation in which a question has been answered."""
    encoder = FakeEncoder()
    session = Library.from_articles(tmp_path, ARTICLES, encoder=encoder).session(encoder)
    session.ask("图书馆几点开门？")
    return session


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("图书馆", []),
        (" /so", []),
        ("/so", ["/sources"]),
        ("／so", ["/sources"]),
        ("/e", ["/explain", "/export"]),
        ("/x", []),
        ("/help fi", ["filter"]),
        ("/open ", ["1", "2", "3"]),
        ("/cite 1 ", ["plain", "gbt", "markdown"]),
        ("/cite 1 g", ["gbt"]),
        ("/sources 晨", ["晨报"]),
        ("/filter ", ["since", "until", "outlet", "file", "off"]),
        ("/filter o", ["outlet", "off"]),
        ("/filter outlet ", ["晨报", "人民日报"]),
        ("/filter outlet 人民", ["人民日报"]),
        ("/filter outlet 晨报 s", ["since"]),
        ("/filter since ", ["2020", "2021"]),
        ("/filter since 2020 until 202", ["2020", "2021"]),
        ("/filter file 甲", ["甲.txt"]),
        ("/new ", []),
    ],
)
def test_what_may_stand_next(session: Session, line: str, expected: list[str]) -> None:
    """Names of commands, numbers of passages, styles, outlets, years and files."""
    assert [one.text for one in candidates(line, session)] == expected


def test_a_name_that_hides_something_is_not_proposed(tmp_path: Path) -> None:
    """What would be put into the line is shown there as it is, so it must be harmless."""
    encoder = FakeEncoder()
    articles = {"a\x1b[31m.txt": "甲。\n", "a\u202e.txt": "乙。\n", "ab.txt": "丙。\n"}
    session = Library.from_articles(tmp_path, articles, encoder=encoder).session(encoder)
    assert [one.text for one in candidates("/filter file a", session)] == ["ab.txt"]


@pytest.mark.parametrize("line", ["/", "/open ", "/filter outlet ", "/sources "])
def test_while_the_index_is_opened(line: str) -> None:
    """Before there is a session, the names of the commands are known, and nothing fails."""
    names = [one.text for one in candidates(line, None)]
    assert names == (list(NAMES) if line == "/" else [])


def test_a_candidate_replaces_what_was_typed_of_it(session: Session) -> None:
    """Put into the line, a candidate makes the line whole."""
    line = "/filter since 2020 outlet 人"
    one = next(candidates(line, session))
    assert line[: -one.length] + one.text == "/filter since 2020 outlet 人民日报"


def test_the_styles_are_those_of_citations() -> None:
    """The light list of styles is the heavy one."""
    assert tuple(STYLES) == STYLE_NAMES


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/sorces", "/sources"),
        ("/q", "/quit"),
        ("/exit", "/quit"),
        ("/EXPORT", "/export"),
        ("/删", None),
        ("/帮助", "/help"),
        ("/離開", "/quit"),
    ],
)
def test_a_mistyped_command_proposes_the_nearest(typed: str, meant: str | None) -> None:
    """By its beginning, by what other programs call it, or by likeness; or nothing."""
    assert nearest(typed) == meant
