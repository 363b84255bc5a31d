"""A large batch is given up by a worker: what was asked of it, and the state in between."""

from django.db import migrations, models

STATES = [
    ("preparing", "编制中"),
    ("draft", "编制"),
    ("frozen", "待财务复核"),
    ("checked", "待经审确认"),
    ("audited", "待主席签批"),
    ("approved", "待提交银行"),
    ("sent", "已提交银行"),
    ("partly_paid", "部分成功"),
    ("paid", "全部成功"),
    ("reconciled", "已对账"),
    ("closed", "已办结"),
    ("giving_up", "撤销中"),
    ("returned", "已退回"),
    ("void", "已作废"),
]
BEFORE_BANK = ["preparing", "draft", "frozen", "checked", "audited", "approved"]
GIVEN_UP = ["giving_up", "returned", "void"]


class Migration(migrations.Migration):
    dependencies = [("payouts", "0003_prepared_by_a_worker")]

    operations = [
        migrations.RemoveConstraint(model_name="batch", name="payouts_batch_state_known"),
        migrations.RemoveConstraint(model_name="batch", name="payouts_batch_frozen_whole"),
        migrations.RemoveConstraint(model_name="batch", name="payouts_batch_signed_in_turn"),
        migrations.AddField(
            model_name="batch",
            name="given_up",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="batch",
            name="state",
            field=models.CharField(choices=STATES, default="draft", max_length=12),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", [state for state, _label in STATES])),
                name="payouts_batch_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["preparing", "draft", "giving_up", "void"]),
                    models.Q(
                        ("count__gt", 0),
                        ("digest__isnull", False),
                        ("file__isnull", False),
                        ("frozen_at__isnull", False),
                        ("total_fen__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="payouts_batch_frozen_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("audited_by_id__isnull", True),
                        ("checked_by_id__isnull", False),
                        _connector="OR",
                    ),
                    models.Q(
                        ("approved_by_id__isnull", True),
                        ("audited_by_id__isnull", False),
                        _connector="OR",
                    ),
                    models.Q(
                        ("sent_by_id__isnull", True),
                        ("approved_by_id__isnull", False),
                        _connector="OR",
                    ),
                    models.Q(
                        ("state__in", [*BEFORE_BANK, *GIVEN_UP]),
                        ("sent_by_id__isnull", False),
                        _connector="OR",
                    ),
                ),
                name="payouts_batch_signed_in_turn",
            ),
        ),
    ]
