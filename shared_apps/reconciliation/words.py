"""What each check of the ledger and each type of break with the bank is called, and what is to be done."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Text

# What each type of break with the bank means, and by what it is closed.
BANK_MEANINGS: Mapping[str, Text] = {
    "B1": gettext_lazy(
        "银行已经收款，账上没有这项应收，已记入 2101 待认领收款。查明来源后，在流水页“配对”或"
        "“入账”（收款认领，借 2101）；不该收的在流水页“退回”，都由另一人复核。"
    ),
    "B2": gettext_lazy(
        "银行已经付款，账上没有这项应付，属重大差异。立即向银行查证付款指令；确属本单位支出的，在流水页"
        "“入账”（对账调整，贷 1001），不属于的追回，退回款到账后配对。"
    ),
    "B3": gettext_lazy(
        "账上已记或已发出指令，银行对账单上还没有，一般三个工作日内到账。导入下一期对账单后自动核对，不需要记账。"
    ),
    "B4": gettext_lazy(
        "超过三个工作日银行仍未入账。向银行查询；未成功的撤销原单据，或由两人红字冲销凭证后重新办理。"
    ),
    "B5": gettext_lazy(
        "参考号相同，金额不同。核对付款指令和银行回单。收款可以直接“配对”并写明原因：多到的部分挂 2101 "
        "待认领，少到的先挂 2101、待收不核销；付款金额不符的请银行更正后再配对。"
    ),
    "B6": gettext_lazy(
        "同一参考号银行入账两次。凭两张回单请银行冲回其中一笔，冲回款到账后两笔分别“入账”（对账调整）相抵。"
    ),
    "B7": gettext_lazy(
        "这张凭证与已由银行流水核对的一笔金额、方向、日期相同，可能重复记账，属重大差异。核实后由两人红字冲销。"
    ),
    "B8": gettext_lazy(
        "款项进出的资金与约定不同。按拨款文件或批次确定应属的资金：配对后由财务在资金间划转（2901），或退回重汇。"
    ),
    "B9": gettext_lazy(
        "收付款户名与登记不符，或款项被退回。核对户名和账号：退回的与“发放退回”或“拨款退回”配对后重新办理，"
        "户名有误的请银行更正。"
    ),
    "B10": gettext_lazy(
        "银行已经办理，而系统里这项已撤销、作废或不允许入账，属重大差异。先停止同批付款，查明后配对、"
        "追回或“入账”（对账调整）。"
    ),
    "B11": gettext_lazy(
        "对账单文件不完整或不能核对，已整份退回，没有导入任何一行。按页面所列的行和办法重新下载后再上传，不需要记账。"
    ),
    "B12": gettext_lazy(
        "上级通知已拨付，超过三个工作日本级银行未收到。请上级凭回单查询；到账后自动配对（借 1001，贷 4002）。"
    ),
    "B13": gettext_lazy(
        "收到上级或下级站点的款，没有拨款通知，已记入 2101。请对方补发通知后配对，或查明后“入账”（收款认领）。"
    ),
    "B14": gettext_lazy(
        "有不止一项待收待付与这笔流水相符，系统不猜测。核对回单后人工“配对”，由另一人复核。"
    ),
    "B15": gettext_lazy(
        "期间不衔接：对账单期初与上期期末不符，或流水落在已结账月份，或调节后仍有差额。补齐中间期间的对账单；"
        "属已结账月份的，由负责人重新开账，或以本月日期“入账”（对账调整）。"
    ),
}

LEDGER_CHECKS: Mapping[str, Text] = {
    "journal-does-not-balance": gettext_lazy("凭证借贷不平"),
    "journal-lacks-legs": gettext_lazy("凭证缺少分录"),
    "entry-of-no-journal": gettext_lazy("分录没有凭证"),
    "entry-of-no-account": gettext_lazy("分录没有科目"),
    "entry-in-account-of-another-year": gettext_lazy("分录记入其他年度"),
    "entry-moves-nothing": gettext_lazy("分录金额为零"),
    "balance-other-than-entries": gettext_lazy("余额不等于分录之和"),
    "account-below-floor": gettext_lazy("科目透支"),
    "floor-other-than-chart": gettext_lazy("科目下限被改动"),
    "account-not-in-chart": gettext_lazy("科目不在科目表内"),
    "numbers-with-a-gap": gettext_lazy("凭证断号或重号"),
    "year-counts-otherwise": gettext_lazy("年度末号与凭证不符"),
    "journal-in-no-year": gettext_lazy("凭证日期不在本年度"),
    "year-lacks-months": gettext_lazy("年度缺少月份"),
    "month-open-in-closed-year": gettext_lazy("已结年度有未结月份"),
    "posted-after-closing": gettext_lazy("结账后记账"),
    "maker-is-checker": gettext_lazy("制单与复核为同一人"),
    "event-posted-twice": gettext_lazy("同一事项重复记账"),
    "reversed-twice": gettext_lazy("凭证重复冲销"),
    "reversal-other-than-mirror": gettext_lazy("冲销凭证与原凭证不符"),
    "reversal-of-a-reversal": gettext_lazy("冲销了冲销凭证"),
    "opening-other-than-closing": gettext_lazy("年初余额不等于上年年末"),
    "outside-purpose": gettext_lazy("专款用于其他项目"),
    "posting-not-audited": gettext_lazy("凭证没有审计记录"),
    "audited-posting-gone": gettext_lazy("有审计记录的凭证不见了"),
    "chain-out-of-order": gettext_lazy("凭证链断裂"),
    "journal-changed": gettext_lazy("凭证内容被改动"),
    "year-ends-otherwise": gettext_lazy("年度末尾与凭证链不符"),
    "bank-closes-otherwise": gettext_lazy("对账单期初加发生额不等于期末"),
    "bank-statements-do-not-meet": gettext_lazy("前后两份对账单不衔接"),
    "bank-line-taken-twice": gettext_lazy("同一银行流水导入两次"),
    "bank-line-by-one-person": gettext_lazy("银行流水由一人配对并复核"),
    "bank-statement-by-one-person": gettext_lazy("对账单由一人导入并复核"),
    "bank-line-of-an-uncounted-statement": gettext_lazy("已退回或撤回的对账单仍有流水"),
    "bank-line-posted-otherwise": gettext_lazy("流水金额与凭证不符"),
    "bank-line-settled-by-nothing": gettext_lazy("已入账的流水没有凭证"),
    "bank-other-than-books": gettext_lazy("银行余额与账面余额调节后不等"),
    "item-paid-twice": gettext_lazy("同一申请重复发放"),
    "batch-other-than-lines": gettext_lazy("发放批次与明细不符"),
    "paid-without-a-line": gettext_lazy("已发放的申请没有发放记录"),
    "line-paid-otherwise": gettext_lazy("发放金额或项目与批准不符"),
    "held-other-than-approved": gettext_lazy("占用预算与批准金额不符"),
    "spent-other-than-paid": gettext_lazy("帮扶支出与发放明细不符"),
    "payouts-in-transit-otherwise": gettext_lazy("在途发放与未了明细不符"),
    "transfers-in-transit-otherwise": gettext_lazy("在途拨款与未确认拨款不符"),
    "donation-returned-otherwise": gettext_lazy("捐赠退还额与退还凭证不符"),
    "donation-returns-do-not-add-up": gettext_lazy("捐赠退还额与逐笔退还记录不符"),
    "donation-held-otherwise": gettext_lazy("待退还捐赠与占用预算不符"),
    "ends-of-a-transfer-differ": gettext_lazy("拨款两端不符"),
    "ends-of-a-goods-transfer-differ": gettext_lazy("物资调拨两端不符"),
    "need-met-twice": gettext_lazy("同一需求重复批准"),
    "aid-by-fewer-than-three-people": gettext_lazy("申请未由三人分别办理"),
    "batch-by-fewer-than-four-people": gettext_lazy("发放批次未由四人分别办理"),
    "aid-of-no-programme": gettext_lazy("批准当日没有这个帮扶项目"),
    "aid-above-cap-of-one-grant": gettext_lazy("批准金额超过每次上限"),
    "aid-above-cap-of-the-year": gettext_lazy("批准金额超过全年上限"),
    "aid-above-cap-in-all": gettext_lazy("批准金额超过累计上限"),
    "aid-more-often-than-allowed": gettext_lazy("批准次数超过全年上限"),
    "aid-outside-its-window": gettext_lazy("申请不在项目时间内"),
    "aid-above-own-limit": gettext_lazy("超限额未经上级批准"),
    "stock-other-than-movements": gettext_lazy("物资库存与出入库记录不符"),
    "stock-below-zero": gettext_lazy("物资库存小于零"),
    "movement-of-no-lot": gettext_lazy("出入库记录没有对应物资"),
    "goods-moved-a-forbidden-way": gettext_lazy("物资流转环节不合规定"),
    "goods-undone-otherwise": gettext_lazy("物资冲回与原记录不符"),
    "goods-undone-twice": gettext_lazy("物资重复冲回"),
    "goods-valued-otherwise": gettext_lazy("物资折价与单价不符"),
    "goods-issued-undisinfected": gettext_lazy("未消毒先发放"),
    "goods-issued-past-last-day": gettext_lazy("超过保质期发放"),
    "food-without-last-day": gettext_lazy("食品没有保质期"),
    "goods-given-to-nobody": gettext_lazy("物资发放没有对象"),
    "goods-checked-by-one-person": gettext_lazy("盘点或报废由一人办理"),
    "card-balance-other-than-entries": gettext_lazy("爱心卡余额与收支记录不符"),
    "card-below-zero": gettext_lazy("爱心卡透支"),
    "card-shares-other-than-the-whole": gettext_lazy("两方分担之和不等于消费额"),
    "card-shares-other-than-agreed": gettext_lazy("工会分担与协议比例不符"),
    "card-entry-moves-otherwise": gettext_lazy("爱心卡记录与余额变动不符"),
    "card-reversal-other-than-mirror": gettext_lazy("爱心卡冲正与原记录不符"),
    "card-entry-reversed-twice": gettext_lazy("爱心卡记录重复冲正"),
    "card-slip-entered-twice": gettext_lazy("同一小票重复登记"),
    "settlement-other-than-entries": gettext_lazy("合作单位结算与消费记录不符"),
    "month-settled-twice": gettext_lazy("同一月份重复结算"),
    "settlement-posted-otherwise": gettext_lazy("合作单位结算与凭证不符"),
    "purchase-posted-without-settlement": gettext_lazy("结算凭证没有结算记录"),
    "settled-by-one-person": gettext_lazy("合作单位结算由一人办理"),
    "published-other-than-spent": gettext_lazy("公布的支出与账簿不符"),
    "published-other-than-paid": gettext_lazy("公布的发放额与发放明细不符"),
    "published-other-than-issued": gettext_lazy("公布的物资折价与发放记录不符"),
}

RETURN_FILE: Text = gettext_lazy(
    "银行回盘文件与本批次不符，已整份退回，没有使用任何一行。按下面的说明向银行查证、重新下载后，"
    "在批次页再次上传；接收到正确的回盘文件后自动关闭。"
)

# What the records are of that the books are compared with.
CASES: Mapping[str, Text] = {
    "goods": gettext_lazy("物资"),
    "cards": gettext_lazy("爱心卡"),
}
