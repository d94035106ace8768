"""Support cases, what is said in them, and what a report of “I did not do this” stops."""

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
from care.models.reports import Freeze, Report

__all__ = [
    "CannedReply",
    "CaseChange",
    "CaseFile",
    "CaseItem",
    "CaseMessage",
    "Freeze",
    "Report",
    "SupportCase",
    "SupportCaseQuerySet",
    "SupportTerms",
    "new_reference",
]
