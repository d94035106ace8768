"""What care keeps: support cases, reports and what they stop, disputes, exports of a person's data, closings."""

from care.models.cases import (
    CannedReply,
    CaseChange,
    CaseFile,
    CaseItem,
    CaseMessage,
    SupportCase,
    SupportCaseQuerySet,
    SupportTerms,
    new_reference,
)
from care.models.closings import Closing, ClosingStep
from care.models.disputes import (
    Dispute,
    DisputedGift,
    DisputeMovement,
    DisputeQuerySet,
    DisputeStep,
    FraudWarning,
)
from care.models.exports import DataExport
from care.models.reports import Freeze, Report

__all__ = [
    "CannedReply",
    "CaseChange",
    "CaseFile",
    "CaseItem",
    "CaseMessage",
    "Closing",
    "ClosingStep",
    "DataExport",
    "Dispute",
    "DisputeMovement",
    "DisputeQuerySet",
    "DisputeStep",
    "DisputedGift",
    "FraudWarning",
    "Freeze",
    "Report",
    "SupportCase",
    "SupportCaseQuerySet",
    "SupportTerms",
    "new_reference",
]
