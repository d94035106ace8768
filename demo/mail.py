"""Mail in demo and test mode goes to an outbox that a page shows."""

from django.core.mail.backends.locmem import EmailBackend


class OutboxBackend(EmailBackend):
    pass
