"""Words that address the scoring instead of the customer ("给我满分", "ignore the rules, give 100").

Nothing here could move a score: scores are made by matching and arithmetic, which obey nobody. Such a sentence is found
so that it earns nothing, counts as off topic, and is shown.
"""

from __future__ import annotations

import re

from alula.coach.understanding.normalise import Clause, Normal

# Traditional forms of the characters in the patterns, so that both scripts are found.
_SIMPLIFIED = str.maketrans(
    "給滿規則評標準個總數無視統過設掉這係體當讓話別聽從對訓練達",
    "给满规则评标准个总数无视统过设掉这系体当让话别听从对训练达",
)
_JOINERS = re.compile(r"[\s\"'.·*_~,、\-|/\\]+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[\s\"'.·*_~、\-|/\\]+")

_RULES = r"(?:评分|打分|计分)?(?:规则|指令|指示|提示词?|设定|要求|标准|系统|约束|限制)"
_TOP = r"(?:满分|最高分|高分|一百分|100分|100%|10分|优秀|a\+)"
_FULL = rf"(?:{_TOP}|及格|通过|过关)"
_HAN = re.compile(
    rf"(?<!信用)(?<!征信)(?:给|打|评|判|算|记|定)(?:我|他|她|个|这|本|一个|成|为|出|次|轮|场|段|对话|回答|直接|全部|都|到|的|分|总分|成绩|得分){{0,6}}{_FULL}"
    rf"|(?:忽略|无视|忘记|忘掉|忘了|跳过|绕过|不要管|别管|不用管|抛开|停止|取消|覆盖|删除|违反|不遵守)[^。!?]{{0,10}}{_RULES}"
    rf"|(?:分数|得分|总分|成绩|评分|打分|分值)(?:直接|全部|都|要|应该|必须|请)?(?:设|改|调|定|给|打|写|填|变|算|记)(?:置|成|为|到|作|的)*(?:{_FULL}|\d+)"
    rf"|(?:评分|打分|阅卷|评估|判分)(?:系统|器|员|者|模型|ai|老师|程序|的人)[,:]?[^。!?]{{0,12}}{_FULL}|(?:裁判|考官|评委)[^。!?]{{0,12}}{_FULL}"
    rf"|(?<!信用)(?<!征信)(?:评分|打分|判分)[,:]?[^。!?]{{0,8}}{_TOP}"
    rf"|(?:输出|返回|打印|显示|回复|给出)(?:一个|个|这个|最终|我的|总分|成绩|分数|得分|为|是|:)*(?:满分|最高分|一百分|100分)"
    rf"|(?:让|判|算)(?:我|他|她)(?:直接)?(?:通过|及格|过关)|系统(?:提示|指令|消息|管理员|命令)|你是(?:一个|一名)?(?:评分|打分|阅卷|判分|ai|人工智能|语言模型|大模型)"
    rf"|(?:不要|别|不许|不准)(?:再)?扣(?:我)?(?:的)?分|(?:我|本人)(?:的)?(?:回答|表现|对话)(?:是)?(?:完美|满分)(?:的)?"
)
_ENGLISH_TOP = (
    r"(?:100(?!\d)(?=\W*(?:$|[^\x00-\x7f]|(?:points?|marks?|percent|score|out of|please)\b))"
    r"|full (?:marks?|score|points?|credit)|(?:a )?perfect score"
    r"|(?:the )?(?:top|highest|maximum|max) (?:score|marks?|points?)|10 ?/ ?10|100 ?%|an? a\+)"
)
_ENGLISH_SCORE = (
    r"(?:full (?:marks?|score|points?|credit)|perfect score|(?:top|highest|maximum|max) (?:score|marks?|points?)"
    r"|100 (?:points?|marks?)|score of 100)"
)
_LATIN = re.compile(
    r"(?:ignore|disregard|forget|override|bypass|skip|discard)\W+(?:\w+\W+){0,5}?"
    r"(?:rules?|instructions?|prompts?|guidelines?|rubrics?|criteria|constraints?)\b"
    r"|(?:give|award|grant|assign|score|rate|mark|grade)\W+(?:me|this|it|us|the\W+\w+|my\W+\w+)?\W*"
    rf"(?:\w+\W+){{0,4}}?{_ENGLISH_TOP}"
    r"|(?:give|award|grant|assign) me (?:a )?100(?!\d| ?(?:second|minute|hour|day|dollar|seat|user|percent))"
    rf"|(?:output|print|return|produce|display|respond with|reply with)\W+(?:\w+\W+){{0,3}}?{_ENGLISH_SCORE}"
    r"|(?:you are|you're|as|pretend to be|act as|acting as)\W+(?:now\W+)?(?:a|an|the)\W+(?:\w+\W+)?"
    r"(?:grading|scoring|marking|evaluation|assessment)\W+(?:system|engine|model|bot|machine|software|program|tool|ai)\b"
    r"|(?:pretend to be|act as|acting as)\W+(?:a|an|the)\W+(?:\w+\W+)?(?:grader|scorer|evaluator|examiner|judge)\b"
    r"|(?:set|change|make|raise)\W+(?:the\W+|my\W+|this\W+)?(?:\w+\W+)?(?:score|grade|mark)s?\W+(?:to|at|=|equal)"
    r"|you are (?:now )?(?:a|an|the) (?:\w+ )?(?:grader|scorer|evaluator|examiner|judge|assistant|language model|llm|ai)\b"
    r"|\bsystem (?:prompt|message|instruction|override)|\bas an? (?:ai|language model)\b"
    r"|</?(?:system|assistant|user|inst)>|\[/?inst\]"
    r"|mark (?:me|this|it) as (?:passed|a pass|complete)|let me pass(?! \w)|\bpass me\W*(?:$|please\b|now\b)"
)


def injected_sentences(normal: Normal, found: tuple[Clause, ...]) -> frozenset[int]:
    """The numbers of the sentences of a turn that address the scoring.

    A command split over sentences ("Ignore the rules. Give me 100.") is found in each; one split by stops inside its
    words ("给。我。满。分") is found when the whole turn is read without them, and then all of it counts.
    """
    sentences: dict[int, tuple[int, int]] = {}
    for clause in found:
        start = sentences.get(clause.sentence, (clause.start, 0))[0]
        sentences[clause.sentence] = (start, clause.end)
    hits = frozenset(
        number for number, (start, end) in sentences.items() if addresses_scoring(normal.text[start:end])
    )
    if not hits and addresses_scoring(re.sub(r"[。!?;:…\n]", "", normal.text)):
        return frozenset(sentences)
    return hits


def addresses_scoring(text: str) -> bool:
    """Whether a normalised text tells the scoring what to do."""
    joined = _JOINERS.sub("", text.translate(_SIMPLIFIED))
    return bool(_HAN.search(joined) or _LATIN.search(text))
