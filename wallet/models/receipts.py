"""The number under which a recharge was receipted, and who sold it."""

from django.db import models
from django.db.models import Q

from wallet.models.orders import Order
from wallet.models.storefronts import Storefront


class ReceiptSeries(models.Model):
    """The last number of a storefront's receipts: each takes the next one under this row's lock, none is left out."""

    storefront = models.OneToOneField(Storefront, models.PROTECT, related_name="receipt_series")
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "receipt series"

    def __str__(self) -> str:
        return f"{self.storefront_id}: {self.last_number}"


class Receipt(models.Model):
    """A receipt's number and its seller as they were then. Rows are only ever added (trigger)."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="receipt")
    storefront = models.ForeignKey(Storefront, models.PROTECT, related_name="receipts")
    number = models.PositiveIntegerField()  # 1, 2, 3 … of its storefront
    issued_at = models.DateTimeField()
    seller_name = models.CharField(max_length=120, blank=True)
    seller_address = models.TextField(blank=True)
    seller_country = models.CharField(max_length=2)
    seller_tax_id = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["storefront", "number"], name="wallet_receipt_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="wallet_receipt_number_positive"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The number as people read it: EURO-0000123."""
        return f"{self.storefront.code.upper()}-{self.number:07d}"
