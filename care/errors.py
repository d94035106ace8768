"""What care refuses, in words for people and stable codes for programs."""

from ground.errors import DomainError


class KeyMissing(DomainError):
    code = "idempotency_key_required"
    status = 400
    message = "This request needs an Idempotency-Key header, so that sending it twice counts once."
    next_step = "Send up to 80 printable characters, new for each message; repeat them when you repeat it."


class UnknownSubject(DomainError):
    code = "unknown_subject"
    status = 404
    message = "What you want to attach is not there, or it is not yours."
    next_step = "Open the order, gift or cash-out from your own lists and ask for help on its page."


class TooManySubjects(DomainError):
    code = "too_many_subjects"
    status = 400
    message = "That is more than one case can hold."
    next_step = "Attach the most important ones and name the others in words."


class NothingSaid(DomainError):
    code = "message_required"
    status = 400
    message = "Please write what happened, in a few words."
    next_step = "Describe it in up to 4,000 characters; files alone are not enough."


class FileRefused(DomainError):
    code = "file_refused"
    status = 400
    message = "This file cannot be attached. Nothing was sent."
    next_step = "Attach a picture (JPEG, PNG, WebP or GIF) or a PDF of at most 5 MB."


class TooManyFiles(DomainError):
    code = "too_many_files"
    status = 400
    message = "That is more files than one message can hold. Nothing was sent."
    next_step = "Send up to 4 files; the others go with your next message."


class TooManyCases(DomainError):
    """`retry_after_s` says how long."""

    code = "too_many_cases"
    status = 429
    message = "You have opened many cases today."
    next_step = "Add to one of the cases you have, or open another one later."


class TooManyMessages(DomainError):
    """`retry_after_s` says how long."""

    code = "too_many_messages"
    status = 429
    message = "You have written many messages in the last hour. This one was not sent."
    next_step = "We read all of them. Wait a little before you write again."


class CaseClosed(DomainError):
    code = "case_closed"
    status = 409
    message = "This case was solved a while ago and cannot be opened again."
    next_step = "Open a new case and name this one's reference in it."


class CoinsAreThere(DomainError):
    """Nothing needs support: the check that we just made found the coins. `order` says which."""

    code = "coins_are_there"
    status = 409
    message = "We asked the payment provider again: these coins are in your balance."
    next_step = "Look at your balance. If something is still wrong, send this again with `insist`."


class StillFrozen(DomainError):
    code = "still_frozen"
    status = 409
    message = "This person's money is still stopped because of this case."
    next_step = "Decide about the stop first, then close the case."


class NotFrozen(DomainError):
    code = "not_frozen"
    status = 409
    message = "Nothing is stopped because of this case."
    next_step = "Reload the page: somebody else may have decided."


class RecoveryNotDone(DomainError):
    code = "recovery_not_done"
    status = 409
    message = "The person has not secured the account yet: a new password or a second factor is missing."
    next_step = "Remind them in the case; money is released afterwards."


class SecondPersonNeeded(DomainError):
    code = "second_person_needed"
    status = 409
    message = "You proposed this yourself; above this amount another operator must agree."
    next_step = "Ask a colleague who may release money to look at this case."


class MayNotAnswer(DomainError):
    code = "may_not_answer"
    status = 403
    message = "Your role may read cases, not answer them."
    next_step = "Ask an operator of the support role."


class MayNotLift(DomainError):
    code = "may_not_lift"
    status = 403
    message = (
        "Your role may not let a person's money move again, or this session has no verified second factor."
    )
    next_step = "Ask an operator of the support role."


class OwnCase(DomainError):
    code = "own_case"
    status = 403
    message = "Nobody answers their own case."
    next_step = "Ask another operator."


class ReasonRequired(DomainError):
    code = "reason_required"
    status = 400
    message = "This needs a reason."
    next_step = "Write why in a few words; it stays in the history with your name."


class TooManyReports(DomainError):
    """`retry_after_s` says how long."""

    code = "too_many_reports"
    status = 429
    message = "You have reported many times today. Your money stays stopped, and support has your case."
    next_step = "Add what else you noticed to the case; support reads it."
