"""The beginning of a first paragraph → the outlet, the day and the reporters that it names.

In: a paragraph. Out: its `Opening`. 中新网重庆8月8日电(张旭 刘真珍), 青城晚报讯（记者 李小梅）,
央视网消息：. What is only retold is no opening: 据新华社报道, 央视网消息显示.
"""

from __future__ import annotations

import dataclasses
import re

from embeddings.bylines import RANK, is_surnamed, names_alone, names_in, names_in_lead
from embeddings.lines import DATELINE
from embeddings.outlets import OWN_AGENCIES, PAPER_ENDS, REPORTERS_OUTLET

_OUTLET = (
    rf"(?P<outlet>本[报報网網刊社台臺]|{OWN_AGENCIES}"
    rf"|[\u4e00-\u9fffA-Za-z·•/／]{{1,14}}?(?:{PAPER_ENDS}|新[闻聞]|[财財][经經]|APP))"
)
_SAYS = re.compile(
    rf"^(?:(?P<headed>【)|[（(])?\s*{_OUTLET}\s*(?:"
    r"[专專]?[讯訊](?=[\s\d:：（()）】“\"—]|[记記]者|[据據昨今近])|消息(?=[\s:：（(】])"
    r"|(?(headed)(?:[综綜]合)?[报報][导導道](?=[\s】])|(?!)))"
)
_REPORTED = re.compile(
    rf"^(?P<outlet>(?:{OWN_AGENCIES}|[\u4e00-\u9fff]{{2,6}}[网網]))(?P<date>\d{{1,2}}月\d{{1,2}}日)[报報][导導道](?=\s)"
)
"""参考消息网8月8日报道, and then a space: with a comma it would be retold."""

_RETOLD = re.compile(
    r"[据據從从]|[记記]者|昨[天日]|今[天日]|近日|日前|官[网網]|[网網]站|台[网網]|[联聯][网網]|最新|[综綜]合"
    r"|[预預通情海举舉简簡警电電]报$"
)
"""Words that are in no outlet's name: another's news, or a word that only ends like a paper."""

_REPORTER = re.compile(
    r"^(?:文[/／])?(?P<names>[记記]者[^，。：:\s]{2,16}?[/／][\u4e00-\u9fff]{2,8}?[报報][导導道])(?=[\s：:])"
)
"""記者王小明／台北報導, before the text and in no bracket."""

_BRACKET = re.compile(r"\s*[(（]([^()（）]{2,30})[)）]")
_TOLD = re.compile(
    rf"[】）)]?\s*({RANK}*[记記]者\s*[\u4e00-\u9fff、，, ]{{2,40}}?)[报報][导導道](?=[:：\s，,])"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """What a paragraph says before it begins."""

    outlet: str | None
    date: str  # as it is written; empty when there is none
    names: tuple[str, ...]


def opening_of(paragraph: str) -> Opening:
    """Read the outlet, the day and the reporters before a first paragraph.

    >>> opening_of("中新网重庆8月8日电(张旭 刘真珍)近日，")
    Opening(outlet='中新网', date='8月8日', names=('张旭', '刘真珍'))
    >>> opening_of("据新华社报道，")
    Opening(outlet=None, date='', names=())
    """
    dated = DATELINE.match(paragraph) or _REPORTED.match(paragraph)
    head = dated or _SAYS.match(paragraph)
    if head is None:
        told = _REPORTER.match(paragraph)
        read = names_in(told["names"]) if told else names_in_lead(paragraph)
        employer = REPORTERS_OUTLET.match(paragraph) if read else None
        return Opening(employer["outlet"] if employer else None, "", read)
    said = head.groupdict()
    outlet = said["outlet"]
    own = outlet and not outlet.startswith("本") and not _RETOLD.search(outlet)
    names = said.get("names")
    read = names_in(f"记者 {names}") if names else _names_behind(paragraph, head.end())
    return Opening(outlet if own else None, said.get("date") or "", read)


def _names_behind(paragraph: str, end: int) -> tuple[str, ...]:
    """Return the names in the bracket behind a dateline, or in 记者李小梅、通讯员王祯报道：."""
    if found := names_in_lead(paragraph):
        return found
    if bracket := _BRACKET.match(paragraph, end):
        return names_alone(bracket[1])
    told = _TOLD.match(paragraph, end)
    names = names_in(told[1]) if told else ()
    return names if all(map(is_surnamed, names)) else ()
