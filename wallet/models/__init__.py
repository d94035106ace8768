"""Coins bought: where and at what price they are sold, the rates in force, and the orders."""

from wallet.models.customers import ProviderCustomer as ProviderCustomer
from wallet.models.economy import Economy as Economy
from wallet.models.economy import RateVersion as RateVersion
from wallet.models.exchange import ExchangeRate as ExchangeRate
from wallet.models.exchange import ExchangeTable as ExchangeTable
from wallet.models.limits import RechargeCap as RechargeCap
from wallet.models.limits import SpendingHelp as SpendingHelp
from wallet.models.limits import SpendingPause as SpendingPause
from wallet.models.orders import Order as Order
from wallet.models.orders import OrderEvent as OrderEvent
from wallet.models.orders import OrderQuerySet as OrderQuerySet
from wallet.models.payers import Payer as Payer
from wallet.models.receipts import Receipt as Receipt
from wallet.models.receipts import ReceiptSeries as ReceiptSeries
from wallet.models.refunds import Refund as Refund
from wallet.models.refunds import RefundQuerySet as RefundQuerySet
from wallet.models.storefronts import Package as Package
from wallet.models.storefronts import PriceBook as PriceBook
from wallet.models.storefronts import Storefront as Storefront
from wallet.models.storefronts import TaxMode as TaxMode
