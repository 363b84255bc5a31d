"""Amounts in capital characters, as papers that move money carry them.

Source: 支付结算办法, annex 1 (正确填写票据和结算凭证的基本规定).
"""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
LIMIT_FEN = 10**18


def rmb_capitals(fen: int) -> str:
    """Write an amount in capital characters: 168032 fen are ``壹仟陆佰捌拾元零叁角贰分``.

    A whole amount of yuan or jiao ends in 整; where the yuan end in 0 and jiao or fen follow, or the
    jiao are missing, a 零 stands between. A negative amount begins with 负.

    Raises:
        ValueError: ten thousand million million yuan or more.
    """
    if abs(fen) >= LIMIT_FEN:
        raise ValueError(f"{fen} fen are more than can be written")
    yuan, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan or not rest else ""
    if yuan and rest and (yuan % 10 == 0 or not jiao):
        text += "零"
    if jiao:
        text += f"{DIGITS[jiao]}角"
    text += f"{DIGITS[cents]}分" if cents else "整"
    return ("负" if fen < 0 else "") + text


def _whole(yuan: int) -> str:
    if not yuan:
        return "零"
    text, gap, above = "", False, False
    for place in reversed(range(len(_GROUPS))):
        group = yuan // 10_000**place % 10_000
        if not group:
            gap = above
            continue
        text += ("零" if above and (gap or group < 1000) else "") + _group(group)
        # 万亿 is 万 of 亿: where a group of 亿 follows, it says 亿 itself.
        follows = place == 3 and yuan // 10**8 % 10_000
        text += "万" if follows else _GROUPS[place]
        gap, above = False, True
    return text


def _group(group: int) -> str:
    text, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap else "") + DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = bool(text)
    return text
