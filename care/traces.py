"""By which ids the payment provider knows a person."""

from djstripe.models import Customer

from accounts import hooks
from accounts.models import User


def provider_ids_of(person: User) -> set[str]:
    """Every id: of their payments, payouts and accounts as the floors tell them, and of customers in the mirror.

    Once erased, a person is nobody's customer any more; the steps of the closing remember those ids.
    """
    told = {one for ids in hooks.provider_ids.call_all(person) for one in ids}
    return told | set(Customer.objects.filter(subscriber=person).values_list("id", flat=True))
