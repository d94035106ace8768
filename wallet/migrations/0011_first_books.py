"""What is on sale becomes each storefront's first version; ended versions of a package keep one of their own."""

from django.db import migrations
from django.db.models import F, Max


def make_books(apps, editor):
    storefronts, packages, orders = (
        apps.get_model("wallet", name).objects.all() for name in ("Storefront", "Package", "Order")
    )
    for storefront in storefronts:
        ended = [package for package in storefront.packages.order_by("pk") if package.ends_at]
        for package in ended:
            book = _book(apps, storefront, package.starts_at, withdrawn_at=package.ends_at)
            packages.filter(pk=package.pk).update(book=book)
        open_ones = storefront.packages.filter(ends_at=None)
        began = open_ones.aggregate(last=Max("starts_at"))["last"]
        sold = orders.filter(storefront=storefront)
        if began or sold.exists():
            first_sold = sold.order_by("created_at").values_list("created_at", flat=True).first()
            first = _book(apps, storefront, began or first_sold)
            open_ones.update(book=first)
            sold.update(price_book=first, price_minor=F("gross_minor"), tax_name=storefront.tax_name,
                        tax_basis_points=storefront.tax_basis_points)  # fmt: skip
    for package in packages.exclude(book=None).filter(orders__isnull=False).distinct():
        orders.filter(package=package).update(price_book=package.book_id)


def _book(apps, storefront, starts_at, withdrawn_at=None):
    books = apps.get_model("wallet", "PriceBook").objects
    number = books.filter(storefront=storefront).count() + 1
    return books.create(
        storefront=storefront,
        number=number,
        starts_at=starts_at,
        made_at=starts_at,
        base_price_micro=storefront.base_price_micro,
        reason="before price books",
        withdrawn_at=withdrawn_at,
    )


class Migration(migrations.Migration):
    dependencies = [("wallet", "0010_price_books")]

    operations = [migrations.RunPython(make_books, migrations.RunPython.noop)]
