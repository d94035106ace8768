"""Journeys of care: one file per journey."""

from care.services.answering import answer_case, assign_case, note_case
from care.services.lifting import lift_freeze
from care.services.opening import NewCase, open_case, recheck
from care.services.reporting import NotMe, report_not_me
from care.services.securing import finish_recovery
from care.services.talking import add_message, mark_solved

__all__ = [
    "NewCase",
    "NotMe",
    "add_message",
    "answer_case",
    "assign_case",
    "finish_recovery",
    "lift_freeze",
    "mark_solved",
    "note_case",
    "open_case",
    "recheck",
    "report_not_me",
]
