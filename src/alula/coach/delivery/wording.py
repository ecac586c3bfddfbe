"""What a finding on delivery says. The measured and the expected value stand beside it."""

from __future__ import annotations

from dataclasses import dataclass

from alula.coach.scenario.model import Bilingual


@dataclass(frozen=True)
class Words:
    """Titles for a value on the plateau and off it, and the advice for the latter."""

    good: Bilingual
    bad: Bilingual
    advice: Bilingual


def _b(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


_SLOW = _b(
    "先用一句短话接住客户（“您问的这点很重要”），再展开回答。",
    "Catch the question with one short sentence first (“that is a good point”), then go on to the answer.",
)
_OVERLAP = _b(
    "等客户说完再开口；不小心抢话时，先停下来说“您请讲”。",
    "Let the customer finish. When you cut in by accident, stop and say “please go on”.",
)
_LOUDER_LIFE = _b(
    "把关键数字和客户的好处说得稍重一些，连接的话说得轻一些。",
    "Say key figures and benefits a little louder, and the words between them softer.",
)
_EVENER = _b(
    "音量起伏再小一些，离麦克风保持同样的距离。",
    "Keep your volume steadier, and the same distance to the microphone.",
)
_PAUSES = _b(
    "在一句话说完的地方停顿，停半秒就够；要点事先想好顺序。",
    "Pause where a sentence ends; half a second is enough. Fix the order of your points beforehand.",
)

_LOW_HIGH = {
    ("tone", "pitch_variation"): (
        Words(
            _b("语调有起伏，听起来自然", "Your intonation moves and sounds natural"),
            _b("语调偏平", "Your intonation is rather flat"),
            _b(
                "句子里最重要的那个词，音调再抬高一点。",
                "Raise your pitch a little on the one word that matters in each sentence.",
            ),
        ),
        Words(
            _b("语调有起伏，听起来自然", "Your intonation moves and sounds natural"),
            _b("语调起伏过大", "Your intonation moves too much"),
            _b("放慢一点，句尾收稳。", "Slow down a little and let each sentence come to rest."),
        ),
    ),
    ("tone", "level_variation"): (
        Words(
            _b("轻重分明", "Good contrast of loud and soft"),
            _b("轻重变化少", "Little contrast of loud and soft"),
            _LOUDER_LIFE,
        ),
        Words(
            _b("轻重分明", "Good contrast of loud and soft"), _b("音量忽大忽小", "Your volume jumps"), _EVENER
        ),
    ),
    ("infectiousness", "level_variation"): (
        Words(
            _b("声音有力度变化", "Your voice has dynamics"),
            _b("声音力度变化少", "Your voice has few dynamics"),
            _LOUDER_LIFE,
        ),
        Words(
            _b("声音有力度变化", "Your voice has dynamics"),
            _b("声音力度变化过大", "Your dynamics are too strong"),
            _EVENER,
        ),
    ),
    ("infectiousness", "pace_variation"): (
        Words(
            _b("语速有快有慢", "Your pace varies"),
            _b("语速一成不变", "Your pace never changes"),
            _b(
                "讲到数字和好处时放慢，过渡的话可以快一些。",
                "Slow down for figures and benefits; be quicker in between.",
            ),
        ),
        Words(
            _b("语速有快有慢", "Your pace varies"),
            _b("语速忽快忽慢", "Your pace is uneven"),
            _b("一句话用同一个速度说完，再换节奏。", "Finish a sentence at one pace before you change it."),
        ),
    ),
    ("affinity", "pace"): (
        Words(
            _b("语速让人听得清", "Your pace is easy to follow"),
            _b("语速偏慢", "You speak rather slowly"),
            _b(
                "句子内部说得连贯些，把停顿留在句子之间。",
                "Speak the words of a sentence together and keep the pauses between sentences.",
            ),
        ),
        Words(
            _b("语速让人听得清", "Your pace is easy to follow"),
            _b("语速偏快", "You speak rather fast"),
            _b(
                "说完一个要点停半秒，看客户是否跟上。",
                "Pause for half a second after each point and see whether the customer follows.",
            ),
        ),
    ),
    ("fluency", "pause_share"): (
        Words(
            _b("停顿的比例合适", "A good share of pauses"),
            _b("几乎没有停顿", "Hardly any pauses"),
            _b(
                "每个要点之后停一下，给客户反应的时间。",
                "Pause after each point so that the customer can react.",
            ),
        ),
        Words(_b("停顿的比例合适", "A good share of pauses"), _b("停顿偏多", "Many pauses"), _PAUSES),
    ),
}

_ONE = {
    ("response_speed", "latency"): Words(
        _b("回应及时", "You reply promptly"), _b("回应偏慢", "You reply slowly"), _SLOW
    ),
    ("response_speed", "slowest"): Words(
        _b("没有让客户久等", "You never kept the customer waiting"),
        _b("有几次让客户等得较久", "At times the customer waited long"),
        _SLOW,
    ),
    ("tone", "falling_end"): Words(
        _b("陈述句收得稳", "Your statements come to rest"),
        _b("陈述句的句尾上扬，听起来像在提问", "Statements rise at the end and sound like questions"),
        _b("说完结论时让音调落下来。", "Let your pitch fall at the end of a conclusion."),
    ),
    ("tone", "clipping"): Words(
        _b("录音清晰", "The recording is clean"),
        _b("录音爆音", "The recording clips"),
        _b("离麦克风远一些，或把输入音量调低。", "Move away from the microphone or lower its input level."),
    ),
    ("infectiousness", "pitch_range"): Words(
        _b("音域用得开", "You use a wide range of pitch"),
        _b("音域偏窄", "Your range of pitch is narrow"),
        _b("讲到客户能得到什么时，把声音放开。", "Open your voice when you say what the customer gains."),
    ),
    ("infectiousness", "emphasis"): Words(
        _b("重点词突出", "Key words stand out"),
        _b("重点词不够突出", "Key words hardly stand out"),
        _b("每句选一个词，抬高并加重。", "Choose one word in each sentence, and say it higher and louder."),
    ),
    ("affinity", "pauses"): Words(
        _b("停顿干净利落", "Your pauses are short"),
        _b("句中停顿偏长", "Long pauses inside your turns"),
        _PAUSES,
    ),
    ("affinity", "overlap"): Words(
        _b("没有抢客户的话", "You let the customer finish"),
        _b("抢了客户的话", "You spoke over the customer"),
        _OVERLAP,
    ),
    ("attitude", "overlap"): Words(
        _b("耐心听完", "You listen to the end"), _b("没有听完就开口", "You spoke before the end"), _OVERLAP
    ),
    ("affinity", "courtesy"): Words(
        _b("常用礼貌和回应的话", "You often use courteous, acknowledging words"),
        _b("礼貌和回应的话偏少", "Few courteous or acknowledging words"),
        _b(
            "先回应客户的感受（“我理解您的顾虑”），再讲产品。",
            "Acknowledge first (“I understand your concern”), then speak of the product.",
        ),
    ),
    ("attitude", "greeting"): Words(
        _b("开场有问候", "You opened with a greeting"),
        _b("开场没有问候", "There was no greeting"),
        _b("第一句话先问好，并说明自己是谁。", "Greet first, and say who you are."),
    ),
    ("attitude", "acknowledged"): Words(
        _b("客户有异议时先作了回应", "You acknowledged the customer's objections"),
        _b("客户有异议时没有先回应", "You passed over an objection"),
        _b(
            "先认同客户有顾虑，再解释，最后确认是否说清楚了。",
            "Accept the concern, explain, then ask whether that answers it.",
        ),
    ),
    ("attitude", "rudeness"): Words(
        _b("用语得体", "Your words were respectful"),
        _b("有生硬或施压的话", "Some words were harsh or pressing"),
        _b(
            "换成给客户选择的说法：“您看哪种更合适？”",
            "Offer a choice instead: “which of these would suit you?”",
        ),
    ),
    ("attitude", "farewell"): Words(
        _b("结尾有道别或约定", "You closed the talk properly"),
        _b("结尾没有道别", "The talk had no closing words"),
        _b("结束前感谢客户，并约好下一步。", "Thank the customer and agree on the next step."),
    ),
    ("attitude", "loudness"): Words(
        _b("音量平稳", "Your volume is steady"), _b("音量突然升高", "Sudden loudness"), _EVENER
    ),
    ("fluency", "long_pauses"): Words(
        _b("没有过长的停顿", "No long pauses"), _b("长停顿偏多", "Many long pauses"), _PAUSES
    ),
    ("fluency", "fillers"): Words(
        _b("口头语少", "Few filler words"),
        _b("口头语偏多", "Many filler words"),
        _b("想说“嗯”“那个”的时候，闭口停一下。", "When an “um” comes up, close your mouth and pause."),
    ),
}

FILLED_START = Words(
    _b("开口就进入正题", "You start with the matter"),
    _b("回答常以“嗯”“那个”开头", "Many replies begin with a filler"),
    _b(
        "它算作已经开口，不扣分；换成一句接住客户的话会更好。",
        "It counts as a reply and costs nothing; a sentence that catches the question is better.",
    ),
)


def words(dimension: str, part: str, side: str) -> Words:
    """The words for a part of a dimension and the side of its plateau on which it lies."""
    pair = _LOW_HIGH.get((dimension, part))
    if pair is not None:
        return pair[1] if side == "high" else pair[0]
    return _ONE[dimension, part]
