"""What disputes refuse, in words for people and stable codes for programs."""

from ground.errors import DomainError


class BuyingStopped(DomainError):
    """A bank disputes one of the buyer's payments; `order` says which."""

    code = "dispute_open"
    status = 409
    message = "Your bank disputes one of your payments, so you cannot buy coins until it has decided."
    next_step = (
        "Open that recharge. If the payment was yours, tell your bank so: buying opens again by itself. "
        "The coins you have can be spent meanwhile."
    )


class MayNotAnswerDispute(DomainError):
    code = "may_not_answer_dispute"
    status = 403
    message = "Your role may read disputes, not answer them."
    next_step = "Ask an operator of the support or finance role."


class MayNotAcceptDispute(DomainError):
    code = "may_not_accept_dispute"
    status = 403
    message = "Your role may not accept a dispute, or this session has no verified second factor."
    next_step = "Ask an operator of the finance role."


class OwnDispute(DomainError):
    code = "own_dispute"
    status = 403
    message = "This is about your own payment: nobody answers that."
    next_step = "Ask another operator."


class NothingToAnswer(DomainError):
    """The provider does not wait for an answer; `status` is its word."""

    code = "dispute_not_answerable"
    status = 409
    message = "The provider does not wait for an answer to this dispute any more."
    next_step = "Reload the page to see how it stands."


class WordsRequired(DomainError):
    code = "words_required"
    status = 400
    message = "This needs words."
    next_step = "Write them into the field; up to 20,000 characters."
