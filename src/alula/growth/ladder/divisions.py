"""Names of administrative divisions (GB/T 2260): provinces, cities of Guangdong, districts of Guangzhou.

Others are shown by their code.
"""

from __future__ import annotations

from alula.kernel.texts import Texts

_PROVINCES = (
    "11 北京市 Beijing|12 天津市 Tianjin|13 河北省 Hebei|14 山西省 Shanxi|15 内蒙古自治区 Inner Mongolia|"
    "21 辽宁省 Liaoning|22 吉林省 Jilin|23 黑龙江省 Heilongjiang|31 上海市 Shanghai|32 江苏省 Jiangsu|"
    "33 浙江省 Zhejiang|34 安徽省 Anhui|35 福建省 Fujian|36 江西省 Jiangxi|37 山东省 Shandong|41 河南省 Henan|"
    "42 湖北省 Hubei|43 湖南省 Hunan|44 广东省 Guangdong|45 广西壮族自治区 Guangxi|46 海南省 Hainan|"
    "50 重庆市 Chongqing|51 四川省 Sichuan|52 贵州省 Guizhou|53 云南省 Yunnan|54 西藏自治区 Tibet|"
    "61 陕西省 Shaanxi|62 甘肃省 Gansu|63 青海省 Qinghai|64 宁夏回族自治区 Ningxia|65 新疆维吾尔自治区 Xinjiang|"
    "71 台湾省 Taiwan|81 香港特别行政区 Hong Kong|82 澳门特别行政区 Macao"
)
_GUANGDONG = (
    "4401 广州市 Guangzhou|4402 韶关市 Shaoguan|4403 深圳市 Shenzhen|4404 珠海市 Zhuhai|4405 汕头市 Shantou|"
    "4406 佛山市 Foshan|4407 江门市 Jiangmen|4408 湛江市 Zhanjiang|4409 茂名市 Maoming|4412 肇庆市 Zhaoqing|"
    "4413 惠州市 Huizhou|4414 梅州市 Meizhou|4415 汕尾市 Shanwei|4416 河源市 Heyuan|4417 阳江市 Yangjiang|"
    "4418 清远市 Qingyuan|4419 东莞市 Dongguan|4420 中山市 Zhongshan|4451 潮州市 Chaozhou|4452 揭阳市 Jieyang|"
    "4453 云浮市 Yunfu"
)
_GUANGZHOU = (
    "440103 荔湾区 Liwan|440104 越秀区 Yuexiu|440105 海珠区 Haizhu|440106 天河区 Tianhe|440111 白云区 Baiyun|"
    "440112 黄埔区 Huangpu|440113 番禺区 Panyu|440114 花都区 Huadu|440115 南沙区 Nansha|440117 从化区 Conghua|"
    "440118 增城区 Zengcheng"
)
NAMES: dict[str, Texts] = {
    code: {"zh": zh, "en": en}
    for code, zh, en in (one.split(" ", 2) for one in f"{_PROVINCES}|{_GUANGDONG}|{_GUANGZHOU}".split("|"))
}
_BY_NAME = {name.casefold(): code for code, texts in NAMES.items() for name in texts.values()}


def name_of(code: str) -> Texts:
    """The division's name; of a district whose name is not kept here, its city's with the code."""
    if code in NAMES:
        return NAMES[code]
    above = next((NAMES[code[:n]] for n in (4, 2) if code[:n] in NAMES), None)
    if above is None:
        return {"zh": code, "en": code}
    return {language: f"{name} {code}" for language, name in above.items()}


def code_of(text: str) -> str | None:
    """The code that a cell names, by code or by name; None when it is neither."""
    text = text.strip()
    if text.isdigit() and len(text) in {2, 4, 6}:
        return text
    return _BY_NAME.get(text.casefold())
