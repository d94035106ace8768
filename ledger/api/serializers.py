"""What the books show to everybody: hashes and sums, nobody's operations."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger.models import Block


class BlockOut(serializers.ModelSerializer[Block]):
    """A sealed block. `hash` is SHA-256 over the other fields; docs/ledger.md, "Sealing", says how."""

    previous_hash = serializers.SerializerMethodField()
    merkle_root = serializers.SerializerMethodField()
    hash = serializers.SerializerMethodField()
    first_watermark = serializers.IntegerField(help_text="Sealed are the transactions from this one on …")
    watermark = serializers.IntegerField(help_text="… up to this one, which is the next block's.")
    totals = serializers.DictField(
        child=serializers.IntegerField(), help_text="By unit, the sum of all amounts moved."
    )

    class Meta:
        model = Block
        fields = [
            "number", "epoch", "previous_hash", "merkle_root", "first_watermark", "watermark", "operations",
            "transfers", "totals", "rate_version", "sealed_at", "hash",
        ]  # fmt: skip

    @extend_schema_field(str)
    def get_previous_hash(self, block: Block) -> str:
        return bytes(block.previous_hash).hex()

    @extend_schema_field(str)
    def get_merkle_root(self, block: Block) -> str:
        return bytes(block.merkle_root).hex()

    @extend_schema_field(str)
    def get_hash(self, block: Block) -> str:
        return bytes(block.hash).hex()
