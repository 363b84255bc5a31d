"""Invented names of people."""

from random import Random

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛范彭郎鲁韦马苗方"
    "俞任袁柳史唐费薛雷贺倪汤滕罗毕郝安常乐于傅康伍余顾孟黄穆萧尹"
)
_MEN = "建国志强伟明海涛永胜长青文斌立新国栋宏远振华玉林春生德福凤山宝柱"
_WOMEN = "秀英桂兰玉珍丽华淑芬春梅雪莲凤霞素琴美玲晓燕红梅金花爱萍月娥"
_YOUNG = "子轩雨桐浩然欣怡思远梦瑶俊杰佳琪宇航诗涵天佑若曦"


def person_name(chance: Random, *, sex: int, age: int = 45) -> str:
    """Invent a name; the given names of the young are those of the young."""
    pairs = _YOUNG if age < 26 else (_MEN if sex == 1 else _WOMEN)
    at = 2 * chance.randrange(len(pairs) // 2)
    given = pairs[at : at + 2] if chance.random() < 0.8 else chance.choice(pairs)
    return chance.choice(_SURNAMES) + given
