"""How far two short reports of a fault say the same, in Chinese, in English, or one in each.

A general measure of text finds 电梯坏了 and “lift is out of order” as far apart as can be, and
灯坏了 and 门坏了 close. So what things are usually called is known here (`THINGS`, `TROUBLES`), polite
words and words that are in every report count for nothing, and whatever is left over is compared by
pairs of characters or by words. A thing weighs twice as much as what is wrong with it.

`tests/kernel/test_likeness.py` holds the pairs of sentences that must and must not count.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from houqin.kernel.text_search import normalise

THINGS: dict[str, str] = {
    "lift": "电梯 升降机 直梯 lift lifts elevator elevators",
    "escalator": "扶梯 自动扶梯 escalator",
    "aircon": "空调 冷气 中央空调 ac aircon airconditioner conditioner conditioning",
    "light": "电灯 灯管 灯泡 日光灯 照明 路灯 吊灯 灯 light lights lamp lamps bulb tube",
    "socket": "插座 插排 排插 电源插口 socket sockets outlet plug",
    "switch": "开关 switch",
    "breaker": "空开 电闸 闸 跳闸 breaker fuse tripped",
    "power": "停电 断电 没电 没有电 无电 power electricity blackout outage",
    "tap": "水龙头 龙头 阀门 阀 tap taps faucet valve",
    "pipe": "水管 管道 管子 暖气管 pipe pipes pipeline",
    "water": "停水 断水 没水 没有水 无水 水压",
    "hotwater": "热水 开水 热水器 饮水机 开水器 boiler dispenser heater",
    "heating": "暖气 暖气片 供暖 heating radiator",
    "drain": "下水道 下水 地漏 排水 drain drainage sewer gutter",
    "toilet": "马桶 便池 小便池 坐便器 蹲坑 toilet toilets urinal wc",
    "basin": "水池 洗手池 洗手盆 台盆 basin sink",
    "shower": "淋浴 花洒 shower",
    "door": "门 房门 大门 防火门 玻璃门 门把手 door doors doorknob",
    "lock": "门锁 锁 钥匙 lock locks key",
    "access": "门禁 刷卡 闸机 turnstile badge",
    "window": "窗户 窗子 窗 玻璃 纱窗 window windows glass pane",
    "curtain": "窗帘 curtain curtains blinds",
    "chair": "椅子 椅 座椅 凳子 chair chairs seat seats stool",
    "table": "桌子 课桌 桌 desk desks table tables",
    "bed": "床 床板 床架 bed beds bunk",
    "cabinet": "柜子 衣柜 柜 抽屉 cabinet cupboard wardrobe drawer locker",
    "network": "网络 网线 无线网 宽带 上网 断网 没网 网 路由器 wifi wi-fi internet network router lan",
    "projector": "投影 投影仪 幕布 projector screen beamer",
    "computer": "电脑 主机 显示器 computer monitor pc",
    "audio": "音响 话筒 麦克风 喇叭 扩音器 speaker speakers microphone mic",
    "ceiling": "天花板 屋顶 吊顶 顶棚 ceiling roof",
    "wall": "墙 墙面 墙皮 墙壁 wall walls plaster paint",
    "floor": "地板 地砖 瓷砖 地面 tile tiles flooring",
    "fan": "风扇 电扇 排风扇 排气扇 换气扇 fan fans ventilation",
    "washer": "洗衣机 烘干机 washer dryer",
    "pest": "老鼠 蟑螂 蚊子 白蚁 虫子 rat rats mouse mice cockroach cockroaches pests termites",
    "rubbish": "垃圾 垃圾桶 rubbish garbage trash bin bins",
    "remote": "遥控器 remote",
    "alarm": "报警器 烟感 消防栓 灭火器 alarm detector hydrant extinguisher",
    "smell": "臭味 异味 怪味 很臭 发臭 smell smells smelly stink stinks odour odor",
}
"""What breaks: a thing, and what people call it."""

ROOMS: dict[str, str] = {
    "toilet": "厕所 卫生间 洗手间 restroom washroom",
    "shower": "浴室 bathroom",
    "lift": "轿厢 cabin",
}
"""Words that name the thing in a room where nothing else in the text does (厕所堵了, but not 厕所灯不亮)."""

TROUBLES: dict[str, str] = {
    "leak": "漏水 渗水 滴水 漏 滴 渗 冒水 爆管 爆裂 跑水 leak leaks leaking leaked dripping drips burst",
    "clogged": "堵了 堵塞 堵住 堵 不通 溢出 反水 冒出来 返水 clogged blocked overflow overflowing clog",
    "nocool": "不制冷 不冷 不凉 很热 太热 闷热 hot cooling cool warm",
    "nowarm": "不热 不暖 很冷 太冷 不制热 cold freezing",
    "dark": "不亮 灭了 很黑 黑漆漆 dark unlit",
    "flicker": "闪 闪烁 一闪一闪 flicker flickers flickering flashing",
    "noise": "异响 噪音 很响 吵 声音大 noise noisy loud rattling",
    "trapped": "困人 被困 困住 关在里面 trapped stuck",
    "noclose": "关不上 关不严 关不紧 close closing shut",
    "noopen": "打不开 开不了 open opening",
    "dropped": "掉下来 脱落 掉了 掉 松动 松了 falling fell loose",
    "cracked": "裂 裂缝 碎了 碎 破了 cracked crack shattered",
    "lost": "丢了 不见了 缺 lost missing",
    "dirty": "脏 很脏 污渍 dirty stain stains",
    "burning": "冒烟 焦味 糊味 火花 打火 smoke burning sparks",
}
"""What is wrong with it, where a word says so."""

EMPTY_PHRASES = (
    "请 请尽快派人来 请派人 派人 请帮忙 帮忙 麻烦 谢谢 辛苦 尽快 马上 赶紧 师傅 老师 你好 您好 "
    "维修 修理 报修 检修 处理 看一下 坏了 坏掉 坏 故障 失灵 不能用了 不能用 用不了 不好用 "
    "没反应 没有反应 不工作 不动 停了 停运 不运行 出问题 有问题 问题 严重 "
    "一直 又 还是 现在 今天 昨天 昨晚 早上 上午 下午 晚上 已经 "
    "了 的 有 在 很 太 都 就 也 这 那 是 着 里 个 和 我们 我"
)
EMPTY_WORDS = (
    "a an the is are was were be been has have had it its there here this that these those of in on at to"
    " for and or with from by not no does do did doesn't don't isn't can cannot can't won't will would"
    " please thanks thank you hello hi sir madam help fix fixed repair repairs soon asap urgent urgently"
    " broken broke break out order work works working worked failed fails failure fault faulty defective"
    " problem issue again since yesterday today morning afternoon evening night very too so our my we i"
    " some someone somebody need needs want as possible air"
)
"""What is in every report and tells nothing of the fault."""
THING_WEIGHT = 2
OTHER_THING = 0.6
"""What is left of a likeness where each text names a thing that the other does not."""
CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(f"[{CJK}]+|[a-z][a-z'\\-]*|[0-9]+")
_PLURAL = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s)$")


def likeness(one: str, other: str) -> float | None:
    """Return how far two texts say the same, from 0 to 1; None where one of them says nothing.

    The mean of two shares, by weight: of what both say in all that is said, and in what the shorter one
    says. The order does not matter, and a text is wholly like itself.
    """
    first, second = told(one), told(other)
    if not first or not second:
        return None
    common = sum(min(first[word], second[word]) for word in first.keys() & second.keys())
    all_of_one, all_of_other = sum(first.values()), sum(second.values())
    share = common / (all_of_one + all_of_other) + common / (2 * min(all_of_one, all_of_other))
    things, others = _things(first), _things(second)
    return share * OTHER_THING if things - others and others - things else share


@lru_cache(maxsize=2_048)
def told(text: str) -> dict[str, int]:
    """Return what a text says, each with its weight: things, troubles, and the words nobody has listed."""
    found: dict[str, int] = {}
    for run in _RUN.findall(normalise(text)):
        if run[0].isascii():
            _english(run, found)
        else:
            _chinese(run, found)
    rooms = [word for word in found if word.startswith("room ")]
    things = _things(found)
    for room in rooms:
        del found[room]
        if not things:
            found[f"thing {room.removeprefix('room ')}"] = THING_WEIGHT
    return found


def _things(found: Mapping[str, int]) -> set[str]:
    return {word for word in found if word.startswith("thing ")}


def _english(word: str, found: dict[str, int]) -> None:
    thing = _WORDS.get(word)
    if thing is not None:
        found[thing[0]] = thing[1]
    elif word not in _EMPTY_WORDS:
        found[_PLURAL.sub("", word)] = 1


def _chinese(run: str, found: dict[str, int]) -> None:
    """Take known words off, the longest first, and what is left by pairs; a lone character counts too."""
    at = begun = 0
    while at < len(run):
        for length in range(min(_LONGEST, len(run) - at), 0, -1):
            known = _PHRASES.get(run[at : at + length])
            if known is not None:
                _left_over(run[begun:at], found)
                if known[1]:
                    found[known[0]] = known[1]
                at += length
                begun = at
                break
        else:
            at += 1
    _left_over(run[begun:], found)


def _left_over(rest: str, found: dict[str, int]) -> None:
    if len(rest) == 1:
        found[rest] = 1
    for at in range(len(rest) - 1):
        found[rest[at : at + 2]] = 1


def _listed() -> dict[str, tuple[str, int]]:
    words = {word: (f"thing {name}", THING_WEIGHT) for name, line in THINGS.items() for word in line.split()}
    words |= {word: (f"room {name}", 1) for name, line in ROOMS.items() for word in line.split()}
    words |= {word: (f"trouble {name}", 1) for name, line in TROUBLES.items() for word in line.split()}
    return words


_WORDS = _listed()
_EMPTY_WORDS = frozenset(EMPTY_WORDS.split())
_PHRASES = dict.fromkeys(EMPTY_PHRASES.split(), ("", 0)) | {
    word: meaning for word, meaning in _WORDS.items() if not word.isascii()
}
_LONGEST = max(map(len, _PHRASES))
