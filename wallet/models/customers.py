"""Whom the provider knows a person as."""

from django.conf import settings
from django.db import models


class ProviderCustomer(models.Model):
    """A person's Customer at the provider, which keeps their saved payment methods. The row comes before the call."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="provider_customer")
    customer_id = models.CharField(max_length=255, null=True, unique=True)  # null: not made yet
    generation = models.PositiveIntegerField(default=0)  # how many were found missing at the provider
    changes = models.PositiveIntegerField(default=0)  # how often it was told another name or address
    told = models.CharField(max_length=64, blank=True)  # a hash of the name and address it was told last
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.customer_id or "not made yet"
