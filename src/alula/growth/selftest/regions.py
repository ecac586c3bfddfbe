"""Places to choose from: provinces, and below them the places for which the libraries hold rules or policies (GB/T 2260)."""

from __future__ import annotations

from typing import Final

from alula.growth.rulebook.model import Words

_NAMES = """
11 北京 Beijing
12 天津 Tianjin
13 河北 Hebei
14 山西 Shanxi
15 内蒙古 Inner Mongolia
21 辽宁 Liaoning
22 吉林 Jilin
23 黑龙江 Heilongjiang
31 上海 Shanghai
32 江苏 Jiangsu
3204 江苏·常州 Changzhou, Jiangsu
33 浙江 Zhejiang
3301 浙江·杭州 Hangzhou, Zhejiang
34 安徽 Anhui
35 福建 Fujian
36 江西 Jiangxi
37 山东 Shandong
41 河南 Henan
42 湖北 Hubei
43 湖南 Hunan
44 广东 Guangdong
4401 广东·广州 Guangzhou, Guangdong
440106 广州·天河 Tianhe, Guangzhou
440111 广州·白云 Baiyun, Guangzhou
440112 广州·黄埔 Huangpu, Guangzhou
440113 广州·番禺 Panyu, Guangzhou
440115 广州·南沙 Nansha, Guangzhou
4403 广东·深圳 Shenzhen, Guangdong
4404 广东·珠海 Zhuhai, Guangdong
4406 广东·佛山 Foshan, Guangdong
4407 广东·江门 Jiangmen, Guangdong
4413 广东·惠州 Huizhou, Guangdong
4419 广东·东莞 Dongguan, Guangdong
45 广西 Guangxi
46 海南 Hainan
50 重庆 Chongqing
51 四川 Sichuan
52 贵州 Guizhou
53 云南 Yunnan
54 西藏 Tibet
61 陕西 Shaanxi
62 甘肃 Gansu
63 青海 Qinghai
64 宁夏 Ningxia
65 新疆 Xinjiang
"""

REGIONS: Final[dict[str, Words]] = {
    code: Words(zh=zh, en=en) for code, zh, en in (line.split(" ", 2) for line in _NAMES.strip().splitlines())
}
