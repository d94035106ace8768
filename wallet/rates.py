"""The rates in force."""

from dataclasses import dataclass
from datetime import datetime

from wallet.models import Economy, RateVersion


@dataclass(frozen=True)
class Rates:
    """What one coin is worth and brings, at one moment."""

    diamond_units_per_coin: int  # hundredths of a diamond
    coin_value_micro: int  # millionths of the settlement currency's major unit
    diamond_value_micro: int  # of one whole diamond
    currency: str
    rate_version_id: int

    @property
    def creator_share_basis_points(self) -> int:
        """The creator's part of a coin's base value, in hundredths of a percent, rounded down."""
        return self.diamond_units_per_coin * self.diamond_value_micro * 100 // self.coin_value_micro


def in_force(now: datetime) -> Rates:
    """The rates at `now`. The defaults must have been installed (wallet/defaults.py)."""
    economy = Economy.objects.get()
    version = RateVersion.objects.filter(starts_at__lte=now).order_by("-starts_at").first()
    assert version is not None, "no rate version is in force: install the defaults"
    return Rates(
        diamond_units_per_coin=version.diamond_units_per_coin,
        coin_value_micro=economy.coin_value_micro,
        diamond_value_micro=economy.diamond_value_micro,
        currency=economy.settlement_currency,
        rate_version_id=version.pk,
    )
