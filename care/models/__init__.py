"""What care keeps: exports of a person's data, and the closing of accounts."""

from care.models.closings import Closing, ClosingStep
from care.models.exports import DataExport

__all__ = ["Closing", "ClosingStep", "DataExport"]
