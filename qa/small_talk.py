"""A line → whether it asks nothing of any article.

In: what the user typed. Out: yes for greetings, thanks and the like, and for questions about the
program itself or the time of day: articles have a passage near any of them. What may go on from
another question (几点？ How does it work?) is none.
"""

from __future__ import annotations

import re

from embeddings.terms import fold

_SAID = (
    "(?:many )?thanks?|thank you|thx|cheers|great|nice|cool|perfect|good|well done|got it|i see"
    "|ok|okay|fine|yes|yeah|no|nope|please|sorry|never mind|hello|hi|hey|bye|goodbye|see you"
    "|good (?:morning|afternoon|evening|night|day)|testing|test"
)
_ASKED = (
    "how are you|who (?:are|made) you|what are you|whats your name|what is your name|are you a bot"
    "|are you sure|really"
    "|are you there|(?:can|could) you help|help|what can (?:you|i) (?:do|ask)|what do you do"
    "|how (?:does|do|can) (?:this|you|i) (?:work|start|use (?:this|it))|whats the (?:time|date)"
    "|what (?:time|day) is (?:it|today)"
)
_ENDING = (
    "a lot|so much|very much|again|me|please|now|today|there|everyone|then"
    "|for (?:that|this|(?:your|the) [a-z]+)"
)
_ENGLISH = re.compile(rf"(?:(?:{_SAID})\b ?)*(?:{_ASKED})?(?: (?:{_ENDING}))*")
_SAID_IN_CHINESE = (
    "(?:非常|太|真是)?(?:谢谢|多谢|感谢|辛苦)[你您大家了啦啊呀哦]{0,4}(?:的?(?:帮助|帮忙|回答|解答))?"
    "|(?:你|您|大家)好[啊呀]?|(?:早上|上午|中午|下午|晚上)好"
    "|哈喽|嗨|早安|晚安|好[的吧啊呀嘛了]{0,2}|嗯|哦|行[了吧]?|可以了?|对[的了]?|是的|不是|不用了?|没事了?"
    "|没有了?|知道了?|明白了?|懂了|再见|拜拜|不客气|对不起|抱歉|不好意思|[哈呵]|测试"
)
_ASKED_IN_CHINESE = (
    "[你您]们?是(?:谁|什么|机器人|ai)吗?|[你您]叫什么(?:名字)?"
    "|[你您](?:能|会|可以)(?:做|干|回答)?(?:什么|啥)|[你您]?(?:能|可以)帮[我助]*(?:什么|吗|一下吗?)?"
    "|[你您](?:确定|肯定|没搞错)[吗嘛]?|真的[吗嘛]?|是[吗嘛]"
    "|我(?:能|可以|该)问(?:什么|啥)|(?:这个程序|你)(?:怎么|如何)(?:使)?用"
    "|(?:现在|今天)是?(?:几点|星期几|周几|几号|几月几[号日])了?"
)
_CHINESE = re.compile(rf"(?:{_SAID_IN_CHINESE})*(?:{_ASKED_IN_CHINESE})?")
_MARK = re.compile(r"[^\w\s]|_")


def is_small_talk(line: str) -> bool:
    """Say whether a line asks nothing of the articles; a space before it makes a question of it.

    >>> [is_small_talk(line) for line in ("謝謝！", "Thanks a lot", "What time is it?", " 你好")]
    [True, True, True, False]
    >>> [is_small_talk(line) for line in ("局长是谁？", "好的标准是什么？", "How does it work?")]
    [False, False, False]
    """
    if line.startswith((" ", "\u3000")):
        return False
    folded = " ".join(_MARK.sub("", fold(line)).split())
    bare = folded.replace(" ", "")
    return bool(bare and (_ENGLISH.fullmatch(folded) or _CHINESE.fullmatch(bare)))
