"""Why an uploaded file is not read at all, in the words of the person who uploaded it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError

MESSAGES = {
    "empty": _("文件是空的。请重新导出或重新选择文件。"),
    "too_large": _(
        "文件有 %(size)s MB，超过 %(limit)s MB 的上限。请删去图片等内容，或按街道拆分后分次上传。"
    ),
    "truncated": _(
        "文件不完整或已损坏，无法打开。请在 Excel 中打开原文件，另存为 .xlsx 后重新上传。"
    ),
    "encrypted": _("文件设有打开密码。请在 Excel“文件—信息—保护工作簿”中取消密码后重新上传。"),
    "macros": _("文件含有宏，不予接收。请另存为“Excel 工作簿(.xlsx)”后重新上传。"),
    "external_links": _(
        "文件含有外部链接、数据连接或嵌入对象，不予接收。请复制后“选择性粘贴—数值”到新下载的模板中再上传。"
    ),
    "entities": _("文件内部含有实体声明，不是 Excel 正常保存的文件，不予接收。"),
    "bomb": _("文件解压后异常庞大，不予接收。请把数据粘贴到新下载的模板中再上传。"),
    "too_many_rows": _(
        "工作表“%(sheet)s”的内容超过 %(limit)s 行，未读取。请删去表尾的多余行，或拆成多个文件分次上传。"
    ),
    "too_many_columns": _(
        "工作表“%(sheet)s”在第 %(limit)s 列以后还有内容，未读取。请删去模板以外的列。"
    ),
    "not_a_workbook": _(
        "文件名是 %(name)s，但它实际上是%(inside)s。请在 Excel 中另存为 .xlsx 后上传。"
    ),
    "encoding": _("CSV 文件的编码无法识别。请另存为“CSV UTF-8(逗号分隔)”，或改用 .xlsx 模板。"),
    "slow": _("文件过于复杂，未能在限定时间内读完。请把数据粘贴到新下载的模板中再上传。"),
    "no_sheet": _("没有找到工作表“%(sheet)s”。文件中有：%(sheets)s。请使用下载的模板填写。"),
    "no_header": _(
        "没有找到表头。前 %(depth)s 行中应有“户序号”“户主姓名”“证件号码”等列名，请使用下载的模板填写。"
    ),
    "missing_columns": _(
        "工作表“%(sheet)s”缺少必填的列：%(columns)s。请从模板复制整行表头后重新上传。"
    ),
    "repeated_columns": _("工作表“%(sheet)s”的列重复出现：%(columns)s。请只保留一列。"),
    "merged_header": _(
        "工作表“%(sheet)s”的表头有合并单元格(%(range)s)。请取消合并，每列各有一个列名。"
    ),
    "no_rows": _("工作表“%(sheet)s”只有表头，没有数据行。"),
}

KINDS = {
    "xls": _("旧版 Excel 文件(.xls)"),
    "doc": _("旧版 Word 文件"),
    "ole": _("旧版 Office 文件"),
    "xlsb": _("二进制 Excel 文件(.xlsb)"),
    "docx": _("Word 文档"),
    "pptx": _("PowerPoint 演示文稿"),
    "ods": _("OpenDocument 文件"),
    "zip": _("压缩包"),
    "archive": _("压缩包"),
    "picture": _("图片"),
    "pdf": _("PDF 文件"),
    "html": _("网页(HTML)"),
    "xml": _("XML 文件"),
    "rtf": _("RTF 文件"),
    "program": _("程序文件"),
    "unknown": _("无法识别的文件"),
}


class WorkbookRefused(DomainError):
    """The uploaded file is not read; nothing of it was kept.

    `reason` is one of the words of `MESSAGES`; the code of the refusal is made of it.
    """

    code = "workbook-refused"
    http_status = 422

    def __init__(self, reason: str, **details: object) -> None:
        self.reason = reason
        self.code = f"workbook-{reason.replace('_', '-')}"
        super().__init__(MESSAGES[reason], **details)
