"""Whether a stretch of a clause stands under a negation, and whether a clause asks rather than states.

Negation is looked for in a window before the stretch: 6 characters in Chinese, 3 words in English. Two negations cancel.
Idioms that hold a negating character without negating (不但, 不错, 没问题, "not only", "no problem") are taken out first.
What code cannot see: irony, and negations further away than the window.
"""

from __future__ import annotations

import re

from alula.coach.understanding.normalise import Clause, Normal

HAN_WINDOW, WORD_WINDOW = 6, 3

_IDIOMS = re.compile(
    # A-not-A questions and tags
    r"是不是|能不能|有没有|会不会|要不要|可不可以|可不可|对不对|好不好|行不行|愿不愿意|需不需要|想不想|清不清楚|了不了解|知不知道|方不方便"
    # conjunctions and fixed words
    r"|不但|不仅|不光|不只|不单|不错|不过|不管|不论|无论|不如|不妨|不瞒|不好意思|不断|不同|不少|不久|不愧|不然|要不(?!是)|不得不|不由得"
    r"|不可避免|不用担心|不必担心|不用怕|不要担心|不用急|不客气|不好说|不超过|不到|不足|不满|未满|不止|不低于|不高于|不大于|不小于"
    r"|不多于|不少于|至不济|差不多|了不起|对不起|说不定|恨不得|巴不得|免不了|少不了|离不开|不见不散|毫不"
    r"|不对劲|不舒服|不合适|不喜欢|不想要了"
    r"|不限[次量时]|不间断|不停|不动产|不变|不定期|无理由|无条件|无息|无感|无线|无人|无障碍"
    r"|没问题|没关系|没事|没错|没准|没得说|没有问题|没有关系|无疑|无非|无忧|无缝|无可|无所谓|无数|非常|除非|是非|莫非"
    r"|别担心|别急|别着急|别家|别的|别人|别处|别说|别提|特别|区别|级别|分别|个别|性别|类别|识别|告别|鉴别|判别|别墅|别看"
    r"|未来|未免|否则|是否|不得已"
    # English
    r"|\bnot (?:only|just|merely|simply)\b|\bno (?:problem|doubt|worries|wonder|matter|later than|more than|less than)\b"
    r"|\bnot (?:more|less) than\b|\bwithout (?:a )?doubt\b|\bwhy (?:not|don't)\b|\bdon't worry\b"
    r"|\bnothing but\b|\bnot to mention\b"
)
_HAN_NOT = re.compile(r"并非|绝非|没有|[不没无非未别勿莫]")
_WORD_NOT = re.compile(r"^(?:not|no|never|without|none|neither|nor|cannot|isnt|dont|doesnt|wont|cant)$|n't$")
_HAN_RESET = re.compile(
    r"而是|但是?|却|只是|就是|所以|因为|因此|(?<![不没非])(?<!不[会再只])(?<!不可能)(?<!不应该)(?<!不一定)是(?!不是)|(?<![不没未])(?:可以|还能|也能|就能|都能)"
)
_WORDS = re.compile(r"[a-z0-9']+")
_WORD_RESET = frozenset({"but", "rather", "instead", "because", "so", "it's", "its"})
_AFTER = re.compile(
    r"(?:这[个项点条])?(?:是|都|也|就|并|可|根本|完全|绝对|确实|暂时|目前){0,2}"
    r"(?:不(?:行|可以|能|允许|支持|包[含括]|含|提供|存在|成立|可能|给|保|赔(?=$|的))|(?:没有|没|不)(?=$|的|了|吧)|办不到|做不到|无法)"
)
_WORD_AFTER = re.compile(r"^ (?:is|are|was|were|will|would|does|do|can|has|have)(?: not\b|n't\b)| cannot\b")

_ASKS = re.compile(
    r"[吗么][?\"')]*$|是不是|有没有|能不能|会不会|要不要|可不可以|需不需要|想不想|愿不愿意|是否|对不对|行不行|好不好"
)
_TAG = re.compile(
    r"^\W*(?:是吗|是吧|对吗|对吧|对不对|是不是|没错吧|是这样吗|right|correct|is that (?:right|correct)|am i right"
    r"|isn't it|aren't you|don't you|did you say)\W*$"
)
_REQUEST = re.compile(
    r"^\W*(?:您?(?:看|觉得|说)?(?:可以|好|行|怎么样|如何|呢|明白|清楚|方便|了解)+(?:吗|么|不)?|ok(?:ay)?|does that (?:help|work|make sense)"
    r"|what do you think|shall we|sound good|how does that sound)\W*$"
)  # fmt: skip
_ENGLISH_ASKS = re.compile(
    r"^\W*(?:(?:so|and|well|ok|okay|now)[, ]+)?(?:what|which|who|when|where|why|how|is|are|was|were|do|does|did|can"
    r"|could|would|will|have|has|should|may)\b"
)


def negations(
    normal: Normal, clause: Clause, start: int, *, anchor: int | None = None, floor: int | None = None
) -> int:
    """How many negations stand before `start` in its clause, in the window that ends at `anchor` (default `start`).

    What lies between `anchor` and `start` is looked at too; nothing before `floor` is.
    """
    begin = max(clause.start, clause.start if floor is None else floor)
    middle = max(begin, start if anchor is None else min(anchor, start))
    before = _without_idioms(normal.text[begin:start])
    return _han_count(before, start - middle) + _word_count(before, normal.text[middle:start])


def negated(
    normal: Normal, clause: Clause, start: int, *, anchor: int | None = None, floor: int | None = None
) -> bool:
    """Whether an odd number of negations stands there."""
    return negations(normal, clause, start, anchor=anchor, floor=floor) % 2 == 1


def negated_after(normal: Normal, clause: Clause, end: int) -> bool:
    """Whether what ends at `end` is denied right behind it ("提前还款是不行的", "setup is not included")."""
    rest = normal.text[end : clause.end]
    return bool(_AFTER.match(rest) or _WORD_AFTER.match(rest))


def polarity(text: str) -> bool:
    """Whether a whole clause or sentence holds an odd number of negations."""
    bare = _without_idioms(text)
    words = sum(1 for word in bare.split() if _WORD_NOT.search(word.strip("\"'().,!?;:")))
    return (len(_HAN_NOT.findall(bare)) + words) % 2 == 1


def asks(normal: Normal, found: tuple[Clause, ...], at: int) -> bool:
    """Whether clause number `at` asks: by its words, by its question mark, or by a tag that follows ("…，是吗？")."""
    clause = found[at]
    text = normal.text[clause.start : clause.end]
    following = found[at + 1] if at + 1 < len(found) else None
    if following and following.sentence == clause.sentence and _TAG.match(_text(normal, following)):
        return True
    if _ASKS.search(text):
        return not _REQUEST.match(text)
    if clause.mark == "?":
        return not _REQUEST.match(text)
    opened = following and following.sentence == clause.sentence and following.mark == "?"
    return bool(opened and _ENGLISH_ASKS.match(text))


def _text(normal: Normal, clause: Clause) -> str:
    return normal.text[clause.start : clause.end]


def _without_idioms(text: str) -> str:
    return _IDIOMS.sub(lambda match: "·" * len(match.group()), text)


def _han_count(before: str, extra: int) -> int:
    window = before[-(HAN_WINDOW + extra) :]
    resets = [match.end() for match in _HAN_RESET.finditer(window)]
    return len(_HAN_NOT.findall(window[resets[-1] :] if resets else window))


def _word_count(before: str, extra: str) -> int:
    count = 0
    reach = WORD_WINDOW + len(_WORDS.findall(extra))
    for word in reversed(_WORDS.findall(before)[-reach:]):
        if word in _WORD_RESET:
            break
        count += bool(_WORD_NOT.search(word))
    return count
