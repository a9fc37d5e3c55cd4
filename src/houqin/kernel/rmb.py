"""Amounts in capital characters, as Chinese slips carry them: 壹仟贰佰叁拾肆元伍角陆分."""

from decimal import Decimal

from houqin.kernel.money import cents

_FIGURES = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
LARGEST = Decimal(10) ** 16


def in_words(amount: Decimal) -> str:
    """An amount in yuan, rounded half up to a cent, in capital characters; below zero with 负.

    A zero stands where figures are skipped, once for each gap; an amount without cents ends in 整.
    Raises `ValueError` from ten thousand billion yuan on.
    """
    amount = cents(amount)
    if abs(amount) >= LARGEST:
        raise ValueError(amount)
    whole, part = divmod(int(abs(amount) * 100), 100)
    jiao, fen = divmod(part, 10)
    words = f"{_whole(whole)}元" if whole or not part else ""
    if jiao:
        words += f"{_FIGURES[jiao]}角"
    elif fen and whole:
        words += "零"
    words += f"{_FIGURES[fen]}分" if fen else "整"
    return f"负{words}" if amount < 0 else words


def _whole(number: int) -> str:
    """A whole number of yuan, group by group of four figures."""
    if not number:
        return _FIGURES[0]
    words, gap = "", False
    for at in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10_000**at % 10_000
        if not group:
            gap = gap or bool(words)
            continue
        if words and (gap or group < 1_000):  # noqa: PLR2004 - its first figure is skipped
            words += _FIGURES[0]
        words += _group(group) + _GROUPS[at]
        gap = False
    # 万亿 and 亿 beside each other share the last sign: 壹万贰仟亿.
    return words.replace("万亿", "万", 1) if _shares(number) else words


def _shares(number: int) -> bool:
    return number >= 10**12 and bool(number // 10**8 % 10_000)


def _group(number: int) -> str:
    """Up to four figures; a zero for each gap inside."""
    words, gap = "", False
    for at in (3, 2, 1, 0):
        figure = number // 10**at % 10
        if figure:
            words += (_FIGURES[0] if gap and words else "") + _FIGURES[figure] + _PLACES[at]
            gap = False
        else:
            gap = True
    return words
