"""What the store refuses."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class NotThatMuch(DomainError):
    """There is not so much of the lot at that place."""

    code = "not-that-much"
    message = _("“%(lot)s”%(place)s只有 %(there)s，不足 %(asked)s。请核对数量或先盘点。")


class PastLastDay(DomainError):
    """The goods may not be given out any more."""

    code = "past-last-day"
    message = _("“%(lot)s”保质期至 %(day)s，不能发放。请办理报废。")


class NotDisinfected(DomainError):
    """The goods have to be disinfected before they go on the shelf."""

    code = "not-disinfected"
    message = _("“%(lot)s”尚未消毒，不能上架。")


class OverSeasonLimit(DomainError):
    """The household was given as much of this kind as one may get in a quarter."""

    code = "over-season-limit"
    message = _("该户本季度已领“%(kind)s”%(had)s，每户每季限领 %(most)s，还可领 %(left)s。")


class NotOnFile(DomainError):
    """Goods are given to households on file; first the file, then the help (NR20)."""

    code = "not-on-file"
    message = _("只能发给在档困难职工家庭，或送温暖对象群体。先建档、后帮扶。")


class ChecksWaiting(DomainError):
    """A count or scrapping of this lot waits for its second person."""

    code = "check-waiting"
    message = _("这一批次已有盘点或报废等待另一人确认，请先办理。")


class CheckDecided(DomainError):
    """What waited for a second person was decided."""

    code = "check-decided"
    message = _("这项确认已经办理，请刷新查看。")


class NotDonated(DomainError):
    """Only what somebody gave goes back to whoever gave it."""

    code = "not-donated"
    message = _("“%(lot)s”不是捐赠的物资，不能退还捐赠人。")


class OwnCheck(DomainError):
    """Whoever counted does not confirm the count."""

    code = "own-check"
    http_status = 403
    message = _("盘点和报废须由另一人确认。")


class UndoneAlready(DomainError):
    """A movement is taken back, or a reservation ended, once."""

    code = "undone-already"
    message = _("这笔记录已经冲回或办结，不能再次办理。")


class NotUndoable(DomainError):
    """Counts and transfers are not taken back by a mirror."""

    code = "not-undoable"
    message = _("“%(kind)s”不能冲回：盘点请重新盘点，调拨请按差异处理。")
