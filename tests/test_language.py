"""The screens in two languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.console import Console

from embeddings import doctor
from embeddings.errors import IndexDamagedError, QuestionError
from qa.commands import COMMANDS, command_named
from qa.config import AskConfig
from qa.explained import PART_NAMES, SEARCHES
from qa.language import ENGLISH, Language, catalogue, language_of
from qa.layout import Look
from qa.lists import COLUMNS
from qa.present import SURENESS
from qa.replies import Help
from qa.reply_view import reply_view
from qa.theme import THEME
from qa.verify import State
from scripts.make_traditional import traditional_texts
from tests.running import run_process
from tests.samples import ROOT
from tests.texts import normal, templates

CHINESE = Language("zh")

NO_TEXTS = {"manifest.json", "format", "the articles folder {} {}"}
"""Names of files and fields; and a text both of whose ends have their own translation."""

LISTED = [
    *(command.summary for command in COMMANDS),
    *(command.details for command in COMMANDS if command.details),
    *COLUMNS,
    *PART_NAMES.values(),
    *SEARCHES,
    *(word for _, word in SURENESS),
    *(state.value for state in State),
    *("changed", "deleted", "unreadable", "new", "unchanged", "removed", "failed"),
    *("reading", "encoding", "writing"),
    *(state.value for state in doctor.State),
]
"""The templates that stand in tables."""


@pytest.mark.parametrize(("where", "template"), list(templates()))
def test_every_text_has_its_translation(where: str, template: str) -> None:
    """Whatever the source says on a screen, and every error, has a Chinese text."""
    known = {normal(one) for one in catalogue("zh")} | NO_TEXTS
    assert template in known, where


@pytest.mark.parametrize("template", LISTED)
def test_every_listed_text_has_its_translation(template: str) -> None:
    """So has every text of a table."""
    assert template in catalogue("zh")


@pytest.mark.parametrize(("template", "translation"), list(catalogue("zh").items()))
def test_a_translation_has_the_same_values(template: str, translation: str) -> None:
    """A translation takes what its template takes; it is Chinese, or there is nothing to say."""

    def values(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{\w+\}", text)))

    assert set(values(translation)) <= set(values(template))
    words = re.sub(r"\{\w+\}|/\w+|[A-Z]+", "", template)
    assert (
        re.search(r"[\u4e00-\u9fff：]", translation)
        or not re.search("[a-z]{2}", words)
        or (template == translation)
    )


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.Big5"}, "zh-Hant"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_HK.UTF-8"}, "zh-Hant"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "zh_SG"}, "zh"),
        ({"LANG": "zh_Hant_HK.UTF-8"}, "zh-Hant"),
        ({"LANG": "zhuang"}, "en"),
    ],
)
def test_the_environment_names_the_language(variables: dict[str, str], name: str) -> None:
    """LC_ALL goes before LC_MESSAGES, and that before LANG; what is empty does not count."""
    assert language_of(variables) == name


def test_traditional_texts_are_up_to_date() -> None:
    """They are what the script makes of the Simplified ones."""
    assert (ROOT / "qa" / "traditional.json").read_text("utf-8") == traditional_texts()


@pytest.mark.parametrize("name", ["zh-TW", "zh_HK", "zh-Hant"])
def test_a_command_speaks_traditional_chinese(tmp_path: Path, name: str) -> None:
    """By whatever name that is asked for, also in what it says of wrong usage."""
    place = ("--articles", str(tmp_path), "--index", str(tmp_path / "index"))
    result = run_process("index", *place, "--lang", name)
    assert f"{tmp_path} 裡沒有文章" in result.err
    assert "沒有這個選項：--bogus" in run_process("ask", "--lang", name, "--bogus").err


def test_an_error_is_translated_with_its_values() -> None:
    """A finished message is told in Chinese, what it names left as it is."""
    error = IndexDamagedError("texts.sqlite", "3 rows, not 5")
    assert CHINESE.translated(str(error)) == "索引已损坏：texts.sqlite：3 行，应为 5"
    assert CHINESE.translated(error.hint) == "运行：qa index --force（不会动文章）"
    assert ENGLISH.translated(str(error)) == str(error)
    told = "not an answer that qa has saved: line 3 is not JSON"
    assert CHINESE.translated(told) == "不是 qa 保存的回答：第 3 行不是 JSON"


def test_what_is_not_ours_is_left_as_it_is() -> None:
    """A message of the system, or of a library, is shown as it comes."""
    assert CHINESE.translated(str(QuestionError("完全不同"))) == "完全不同"
    assert CHINESE.translated("") == ""


def test_braces_in_a_value_are_text() -> None:
    """A file named like a placeholder changes nothing."""
    assert CHINESE.say("note: {note}", note="{note}{0}") == "注意：{note}{0}"
    assert CHINESE.translated("no articles in {folder}{0}") == "{folder}{0} 里没有文章"


@pytest.mark.parametrize("arguments", [("--lang", "zh"), ()])
def test_a_whole_command_speaks_chinese(arguments: tuple[str, ...], tmp_path) -> None:
    """By option or by environment, an error comes in Chinese, with its hint."""
    result = run_process(
        "sources",
        *arguments,
        "--articles",
        tmp_path / "none",
        "--index",
        tmp_path / "i",
        LANG="en_US.UTF-8" if arguments else "zh_CN.UTF-8",
        LC_ALL="",
    )
    assert result.code == 1
    assert "错误：文章文件夹" in result.err
    assert "办法：用 --articles DIR" in result.err


def test_a_language_that_there_is_not_is_wrong_usage() -> None:
    """--lang takes the two."""
    result = run_process("sources", "--lang", "fr")
    assert result.code == 2
    assert "fr is none of en, zh" in result.err


def test_commands_are_told_as_the_user_has_to_type_them() -> None:
    """Program and folders are those that the user named; what is no command stays."""
    flags = {"articles": Path("my articles"), "index": Path("ix")}
    config = AskConfig.from_layers({"QA_PROGRAM": "scripts/qa", "QA_INDEX": "ix"}, flags)
    told = config.language.translated("make it readable, then run: qa index")
    assert told == "make it readable, then run: scripts/qa index --articles 'my articles'"
    assert config.language.translated("what the qa said") == "what the qa said"
    console = Console(width=80, theme=THEME)
    with console.capture() as shown:
        console.print(reply_view(Help(command_named("export")), Look(config.language)))
    assert "scripts/qa verify --articles 'my articles' FILE.json\n" in shown.get()
    named = AskConfig.from_layers({"QA_PROGRAM": "my files/qa"}, {"model": "bge", "index": "ix"})
    for hint, typed in (
        ("run: qa index", "run: 'my files/qa' index --index ix --model bge"),
        ("run: qa index --model e5", "run: 'my files/qa' index --index ix --model e5"),
        ("run: qa index --articles a", "run: 'my files/qa' index --articles a"),
    ):
        assert named.language.translated(hint) == typed
    assert CHINESE.translated("run: qa index --articles a") == "运行：qa index --articles a"


def test_commands_are_told_from_the_words_around_them() -> None:
    """A command ends with its sentence, in either language, or before a remark."""
    for told, command in (
        ("run: qa index --force   (articles are not touched)", "qa index --force"),
        ("运行：qa index --force（不会动文章）", "qa index --force"),
        (
            "它，再运行：qa index --articles '新闻，一（二）'",
            "qa index --articles '新闻，一（二）'",
        ),
        ("what qa is", None),
    ):
        found = [told[start:end] for start, end in ENGLISH.commands_in(told)]
        assert found == ([command] if command else [])


def test_a_command_can_be_copied_from_the_screen(tmp_path: Path) -> None:
    """However long the folders' names, it is printed without a line break, and whole."""
    index = tmp_path / "the index of all that was saved" / "in the year of the great flood"
    result = run_process("doctor", "--index", index, LANG="C.UTF-8", COLUMNS="60")
    command = f"qa index --articles seeds --index '{index}'"
    assert [line.strip() for line in result.out.splitlines() if "qa index" in line] == [command]
