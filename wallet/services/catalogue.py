"""What operators put on sale: always a new version, never a changed one."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from wallet.models import Package, RateVersion, RechargeCap, Storefront


def put_on_sale(*, package: Package) -> Package:
    """This will save a new package version and end the version on sale at that moment.

    Works inside the admin's transaction.
    """
    with transaction.atomic():
        Storefront.objects.select_for_update().get(pk=package.storefront_id)
        before = Package.objects.filter(storefront=package.storefront_id, code=package.code, ends_at=None)
        before.filter(starts_at__lt=package.starts_at).update(ends_at=package.starts_at)
        package.save(force_insert=True)
    return package


def end_sale(*, package: Package, now: datetime) -> None:
    """This will take a package version off sale at `now`; orders that were made keep it."""
    with transaction.atomic():
        Package.objects.filter(pk=package.pk, ends_at=None, starts_at__lt=now).update(ends_at=now)


def begin_rate(*, version: RateVersion, operator: User) -> RateVersion:
    """This will save a rate version in the operator's name, for good. Works inside the admin's transaction."""
    version.created_by = operator
    version.save(force_insert=True)
    return version


def begin_caps(*, version: RechargeCap, operator: User) -> RechargeCap:
    """This will save a version of the caps in the operator's name, for good. Works inside the admin's transaction."""
    version.created_by = operator
    version.save(force_insert=True)
    return version
