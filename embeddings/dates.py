"""Dates as Chinese news writes them → ISO 8601.

In: a line of text. Out: the dates in it, in order. 2020年8月26日, 2020年/8月/26日, 2020-12-29,
2020/8/26, 二〇二〇年八月二十六日, 民國109年8月26日; without a day, 2020年8月; without a year,
12月14日. Impossible dates are none.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_HAN_NUMBER = "[〇零○一二三四五六七八九十廿卅百]"

_DATE = re.compile(
    rf"""
      (?P<era>民[國国]|中華民國)\s*(?P<era_year>\d{{2,3}}|{_HAN_NUMBER}{{1,7}}|元)\s*年
        \s*(?P<era_month>\d{{1,2}}|{_HAN_NUMBER}{{1,3}})\s*月
        (?:\s*(?P<era_day>\d{{1,2}}|{_HAN_NUMBER}{{1,4}})\s*[日號号])?
    | (?<!\d)(?P<year>(?:19|20)\d\d)\s*年[\s/]*(?P<month>\d{{1,2}})\s*月
        (?:[\s/]*(?P<day>\d{{1,2}})\s*[日號号])?
    | (?P<han_year>[〇零○一二三四五六七八九]{{4}})年(?P<han_month>{_HAN_NUMBER}{{1,3}})月
        (?:(?P<han_day>{_HAN_NUMBER}{{1,4}})[日號号])?
    | (?<![\d./-])(?P<iso_year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<iso_month>\d{{1,2}})(?P=mark)
        (?P<iso_day>\d{{1,2}})(?![\d])
    | (?<!\d)(?P<bare_month>\d{{1,2}})\s*月\s*(?P<bare_day>\d{{1,2}})\s*[日號号]
    """,
    re.VERBOSE,
)

ERA = 1911
"""民國 1 年 is 1912."""


@dataclasses.dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a line."""

    year: int | None
    month: int
    day: int | None
    start: int  # in the line
    end: int  # half open

    def iso(self, year: int | None = None) -> str | None:
        """Return YYYY-MM-DD or YYYY-MM; `year` is used where the date has none of its own."""
        of = self.year or year
        if of is None or not _is_real(of, self.month, self.day):
            return None
        return f"{of:04}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")


def dates_in(line: str) -> list[FoundDate]:
    """Return the dates in a line, in order.

    >>> [found.iso() for found in dates_in("民國109年8月26日至二〇二〇年九月")]
    ['2020-08-26', '2020-09']
    """
    width = unicodedata.normalize("NFKC", line)
    width = width if len(width) == len(line) else line
    found = []
    for match in _DATE.finditer(width):
        part = match.groupdict()
        if part["era"]:
            year = 1 if part["era_year"] == "元" else number_of(part["era_year"])
            values = (year + ERA, number_of(part["era_month"]), number_of(part["era_day"]))
        elif part["year"]:
            values = (int(part["year"]), number_of(part["month"]), number_of(part["day"]))
        elif part["han_year"]:
            digits = "".join(str(_DIGITS[digit]) for digit in part["han_year"])
            values = (int(digits), number_of(part["han_month"]), number_of(part["han_day"]))
        elif part["iso_year"]:
            values = (int(part["iso_year"]), int(part["iso_month"]), int(part["iso_day"]))
        else:
            values = (0, int(part["bare_month"]), int(part["bare_day"]))
        one = FoundDate(values[0] or None, values[1], values[2] or None, *match.span())
        if _is_real(one.year or 2000, one.month, one.day):
            found.append(one)
    return found


def number_of(text: str | None) -> int:
    """Return 二十六 or 26 or 一百零九 as a number; 0 for none."""
    if not text:
        return 0
    if text.isascii():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not re.search("[十百]", text):
        return int("".join(str(_DIGITS[digit]) for digit in text))
    hundreds, _, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * (_DIGITS[hundreds[-1]] if hundreds else 1) if "百" in text else 0
    value += 10 * (_DIGITS[tens[-1]] if tens else 1) if ten else 0
    return value + (_DIGITS[ones[-1]] if ones else 0)


def _is_real(year: int, month: int, day: int | None) -> bool:
    try:
        dt.date(year, month, day or 1)
    except ValueError:
        return False
    return True
