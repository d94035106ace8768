"""The tables of the books. Read them here; they are written by the functions in ledger/sql alone."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

LARGEST_AMOUNT = 10**15  # so that no sum of a batch comes near the end of a bigint


class TransactionId(models.Field):  # type: ignore[type-arg]  # Django's own class takes no arguments
    """PostgreSQL's `xid8`: the transaction that wrote a row. The fold's and the seal's windows are made of it."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class CurrentTransaction(Func):
    """`pg_current_xact_id()`, the id of the writing transaction itself, never of a savepoint in it."""

    function = "pg_current_xact_id"
    output_field = TransactionId()


class Account(models.Model):
    """What one holder has of one unit under one code.

    `debits` and `credits` only grow; a holder's balance is credits − debits. A platform account (holder 0, negative
    id) keeps no live balance: both stay 0 here and its sum is read from the totals (`ledger.books`).
    """

    holder = models.BigIntegerField()  # opaque: a person's ledger id, or 0 for the platform
    # The form of code and unit is kept by a trigger (guards.sql): a CHECK would be tried again at every posting.
    code = models.TextField()  # `family` or `family/part`, see docs/ledger.md, Chart
    unit = models.TextField()  # COIN, DIAMOND (hundredths) or an ISO currency (minor units)
    debits = models.BigIntegerField(default=0, db_default=0)
    credits = models.BigIntegerField(default=0, db_default=0)
    spent = models.BigIntegerField(default=0, db_default=0)  # the part of debits that consumed coins in order
    frozen = models.BooleanField(default=False, db_default=False)
    # Hold class of what it buys; null is the house's default.
    hold_days = models.SmallIntegerField(null=True, blank=True)
    overdraft = models.BooleanField(default=False, db_default=False)
    # Emptied when its day came (ledger_rest). A credit wakes it.
    at_rest = models.BooleanField(default=False, db_default=False)
    # What `spent` may reach until when: the lowest of the account's limits; null is no limit (ceilings.sql).
    spent_ceiling = models.BigIntegerField(null=True, blank=True)
    ceiling_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "code", "unit"], name="ledger_account_one_each"),
            models.CheckConstraint(
                condition=Q(overdraft=True) | Q(credits__gte=F("debits")), name="ledger_account_not_overdrawn"
            ),
            models.CheckConstraint(
                condition=Q(spent__gte=0, debits__gte=F("spent"), credits__gte=0),
                name="ledger_account_counters",
            ),
            models.CheckConstraint(
                condition=Q(holder=0, id__lt=0, overdraft=True) | Q(holder__gt=0, id__gt=0),
                name="ledger_account_platform_id",
            ),
            models.CheckConstraint(
                condition=Q(spent_ceiling=None, ceiling_until=None)
                | Q(spent_ceiling__isnull=False, ceiling_until__isnull=False),
                name="ledger_account_ceiling_whole",
            ),
        ]
        indexes = [
            # What matures, by its date. No balance in it, or every gift would write it: at_rest stands for empty.
            models.Index(
                fields=["code"],
                name="ledger_account_pending",
                condition=Q(code__startswith="diamonds.pending/", at_rest=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.code} {self.unit}"

    @property
    def balance(self) -> int:
        """Credits less debits; of a holder's account only."""
        return self.credits - self.debits


class Limit(models.Model):
    """How much of an account may be spent in each day, week or month. Written by ledger_limit alone.

    The period `pause` is no period: nothing may be spent until `ends_at`, when the row goes (ledger_pause).
    """

    PAUSE = "pause"

    class Period(models.TextChoices):
        DAY = "day", "Day"
        WEEK = "week", "Week"
        MONTH = "month", "Month"

    account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="limits", db_constraint=False, db_index=False
    )
    period = models.TextField(choices=Period)
    amount = models.BigIntegerField()  # in the account's unit, per period
    zone = models.TextField()  # IANA name; the next period is of its calendar
    starts_at = models.DateTimeField()  # of the period last begun
    ends_at = models.DateTimeField()
    spent_at_start = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "period"], name="ledger_limit_one_a_period"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="ledger_limit_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(period__in=["day", "week", "month", "pause"]), name="ledger_limit_period_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} a {self.period}"


class Operation(models.Model):
    """Transfers that stand or fall together, under a key that is used once by its holder."""

    holder = models.BigIntegerField()
    key = models.TextField()
    kind = models.TextField()
    request_hash = models.BinaryField()  # over what the caller asked: decides a replay from a conflict
    content_hash = models.BinaryField()  # over this row and its transfers (ledger_content_hash)
    # No database constraint: a foreign key would lock the hot account row; ledger_check proves it.
    payer = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", null=True, db_constraint=False, db_index=False
    )
    spends = models.BooleanField()  # what the payer pays counts as spent
    balance = models.BigIntegerField(null=True)  # of the payer, right after: the answer that a replay repeats
    at = models.DateTimeField()  # business time
    lot_id = models.BigIntegerField(null=True)  # the operation whose lot this one takes back from (lots.py)
    # Of coins taken back, or that come back: [[lot, first coin in it, coins], …] (lots.py); null of all others.
    origin = models.JSONField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "holder"], name="ledger_operation_key_once"),
        ]
        indexes = [
            # What was taken back from a lot. Gifts and most others name none and are not in it.
            models.Index(fields=["lot_id"], name="ledger_operation_lot", condition=Q(lot_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind} {self.key}"


class JournalRow(models.Model):
    """One transfer of an operation, or two at once (ADR 0002). `ledger_transfer` shows them one by one."""

    pk = models.CompositePrimaryKey("operation_id", "position")
    operation = models.ForeignKey(
        Operation, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    position = models.SmallIntegerField()
    unit = models.TextField()
    debit = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    credit = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    amount = models.BigIntegerField()
    unit_2 = models.TextField(null=True)
    debit_2 = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", null=True, db_constraint=False, db_index=False
    )
    credit_2 = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="+", null=True, db_constraint=False, db_index=False
    )
    amount_2 = models.BigIntegerField(null=True)
    xid = TransactionId(db_default=CurrentTransaction())

    class Meta:
        db_table = "ledger_journal"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=1, amount__lte=LARGEST_AMOUNT), name="ledger_journal_amount_in_range"
            ),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_journal_two_accounts"),
            models.CheckConstraint(
                condition=Q(unit_2=None, debit_2=None, credit_2=None, amount_2=None)
                | Q(
                    unit_2__isnull=False,
                    debit_2__isnull=False,
                    credit_2__isnull=False,
                    amount_2__gte=1,
                    amount_2__lte=LARGEST_AMOUNT,
                )
                & ~Q(debit_2=F("credit_2")),
                name="ledger_journal_second_half_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["xid"], name="ledger_journal_xid"),
            # A holder's history, newest first. Platform accounts have negative ids and are not indexed: nobody
            # pages through them, and every gift would write them.
            models.Index(
                fields=["debit", "operation"], name="ledger_journal_debit", condition=Q(debit__gt=0)
            ),
            models.Index(
                fields=["credit", "operation"], name="ledger_journal_credit", condition=Q(credit__gt=0)
            ),
            models.Index(
                fields=["debit_2", "operation"], name="ledger_journal_debit_2", condition=Q(debit_2__gt=0)
            ),
            models.Index(
                fields=["credit_2", "operation"], name="ledger_journal_credit_2", condition=Q(credit_2__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id}/{self.position}"


class Transfer(models.Model):
    """One amount of one unit moved from the debited to the credited account: a view that unfolds the journal."""

    pk = models.CompositePrimaryKey("operation_id", "position")
    operation = models.ForeignKey(Operation, models.DO_NOTHING, related_name="transfers", db_constraint=False)
    position = models.IntegerField()
    unit = models.TextField()
    debit = models.ForeignKey(Account, models.DO_NOTHING, related_name="+", db_constraint=False)
    credit = models.ForeignKey(Account, models.DO_NOTHING, related_name="+", db_constraint=False)
    amount = models.BigIntegerField()
    xid = TransactionId()

    class Meta:
        managed = False
        db_table = "ledger_transfer"

    def __str__(self) -> str:
        return f"{self.operation_id}/{self.position}: {self.amount} {self.unit}"


class Total(models.Model):
    """What all accounts of one code family took and gave, as of the last fold's watermark."""

    pk = models.CompositePrimaryKey("family", "unit")
    family = models.TextField()
    unit = models.TextField()
    debits = models.BigIntegerField(db_default=0)
    credits = models.BigIntegerField(db_default=0)

    def __str__(self) -> str:
        return f"{self.family} {self.unit}"


class FoldRun(models.Model):
    """One fold: up to which transaction, at which values, and what was outstanding then."""

    watermark = TransactionId()
    at = models.DateTimeField()
    operation = models.OneToOneField(
        Operation, models.DO_NOTHING, related_name="+", null=True, db_constraint=False
    )
    currency = models.TextField()
    micro_per_minor = models.BigIntegerField()
    coin_value_micro = models.BigIntegerField()
    diamond_value_micro = models.BigIntegerField()
    coins_outstanding = models.BigIntegerField()
    diamonds_outstanding = models.BigIntegerField()  # hundredths
    # What of the share is below a minor unit, in 1 ÷ (100 × micro_per_minor) of it; the next run starts with it.
    share_carry_parts = models.BigIntegerField()

    class Meta:
        db_table = "ledger_fold_run"

    def __str__(self) -> str:
        return f"{self.id} below {self.watermark}"


class Epoch(models.Model):
    """A new count of transactions, begun after the books were restored into another cluster (seal.sql).

    There is no row for the first one, in which the cluster's own transaction ids are stored as they are.
    """

    number = models.IntegerField(primary_key=True)  # 2, 3, …
    shift = models.BigIntegerField()  # what is added to this cluster's transaction ids
    watermark = TransactionId()  # every row below belongs to the epochs before
    reason = models.TextField()
    at = models.DateTimeField()  # business time

    def __str__(self) -> str:
        return f"epoch {self.number}: {self.reason}"


class Block(models.Model):
    """The operations of all transactions in [first_watermark, watermark), sealed under one hash."""

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3, … without a gap
    epoch = models.IntegerField()
    previous_hash = models.BinaryField()  # of the block before; zeros in the first
    merkle_root = models.BinaryField()  # over the operations' content hashes, by operation id (RFC 6962)
    first_watermark = TransactionId()
    watermark = TransactionId()
    operations = models.BigIntegerField()
    transfers = models.BigIntegerField()
    totals = models.JSONField()  # by unit, the sum of all amounts moved
    rate_version = models.BigIntegerField()  # in force at the sealing; the books do not know what it means
    sealed_at = models.DateTimeField()  # business time
    hash = models.BinaryField()  # over all of the above (ledger_block_hash)
    # Four bytes of each leaf: they prove nothing, they tell which operation changed. Large: defer it.
    leaf_marks = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="ledger_block_number_from_one"),
            models.CheckConstraint(
                condition=Q(operations__gte=1, transfers__gte=F("operations")), name="ledger_block_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(watermark__gt=F("first_watermark")), name="ledger_block_goes_on"
            ),
        ]

    def __str__(self) -> str:
        return f"block {self.number}"

    @property
    def full_hash(self) -> str:
        """The hash as it is shown: hexadecimal."""
        return bytes(self.hash).hex()

    @property
    def short_hash(self) -> str:
        """Its beginning, enough to tell blocks apart."""
        return self.full_hash[:16]
