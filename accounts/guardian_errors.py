"""What is refused around guardians, and around legal documents in the making."""

from ground.errors import DomainError


class GuardianRequired(DomainError):
    """A young person may do this only while a guardian consents. `ask` says where a program asks one."""

    code = "guardian_required"
    status = 403
    message = "Somebody who is responsible for you has to agree to this first."
    next_step = "Open Settings, then Guardian, and ask them by their email address."


class GuardianNotNeeded(DomainError):
    """The person needs no guardian, or none would help in their country."""

    code = "guardian_not_needed"
    status = 409
    message = "Your account needs no guardian."
    next_step = "There is nothing to do."


class OwnAddress(DomainError):
    """A young person named an address of their own."""

    code = "guardian_own_address"
    status = 400
    message = "This is your own address. A guardian is another person."
    next_step = "Type the address of a parent or of whoever is responsible for you."


class GuardianExists(DomainError):
    """Somebody consented already."""

    code = "guardian_exists"
    status = 409
    message = "A guardian has consented already."
    next_step = "Only they can change what they allowed, through the link in their mail."


class GuardianRevoked(DomainError):
    """The guardian took the consent back; only they may give it again."""

    code = "guardian_revoked"
    status = 403
    message = "Your guardian has taken their consent back. Only they can give it again."
    next_step = (
        "Ask them: the link in their mail still works. If you have another guardian now, write to support."
    )


class TooManyAsks(DomainError):
    """Too many mails to guardians in a day. `retry_after_s` says how long to wait."""

    code = "too_many_asks"
    status = 429
    message = "We have sent as many of these mails as we send in a day."
    next_step = (
        "Ask your guardian to look into their mailbox, also among unwanted mail, or try again tomorrow."
    )


class GuardianLinkInvalid(DomainError):
    """The token is none of ours, was changed, or was replaced by a newer one."""

    code = "guardian_link_invalid"
    status = 403
    message = "This link does not work, or a newer one has replaced it."
    next_step = "Use the newest mail. Guardians can ask for a new link with their address."


class GuardianLinkExpired(DomainError):
    """The token's time is over."""

    code = "guardian_link_expired"
    status = 410
    message = "This link has expired."
    next_step = "The young person can send it again from Settings, then Guardian."


class GuardianLinkUsed(DomainError):
    """The token was used, or somebody else consented first, or it was sent anew."""

    code = "guardian_link_used"
    status = 410
    message = "This link was used already, or a newer one has replaced it."
    next_step = "If you consented, the mail that confirmed it has your link to manage the budget."


class MinorsOwnSession(DomainError):
    """The page was opened where the young person is signed in."""

    code = "guardian_is_minor"
    status = 403
    message = "The young person who asks is signed in here. They cannot consent for themselves."
    next_step = "Open the mail on your own device, or sign them out first."


class NotAnAdult(DomainError):
    """Who consents did not say that they are an adult, or their own account here says otherwise."""

    code = "guardian_not_adult"
    status = 403
    message = "A guardian has to be an adult."
    next_step = "Ask an adult who is responsible for the young person."


class InvalidGuardianBudget(DomainError):
    """No period has a budget, or an amount is none."""

    code = "invalid_guardian_budget"
    status = 400
    message = "Set how many coins may be spent in at least one of a day, a week and a month."
    next_step = "Use whole numbers from 0 to 1,000,000,000."


class GuardianshipOver(DomainError):
    """The young person is of age: nothing is left to manage."""

    code = "guardianship_over"
    status = 409
    message = "The person is of age now, and decides alone."
    next_step = "There is nothing to do."


class GuardiansLimit(DomainError):
    """A young person tried to allow themselves more than their guardian does. `limit_coins` is the guardian's."""

    code = "guardian_limit"
    status = 403
    message = "Your guardian allows less than that."
    next_step = "Choose a smaller amount, or ask them to change it."


class NotADraft(DomainError):
    """The document has a start already: its text stays."""

    code = "not_a_draft"
    status = 409
    message = "This version is announced or in force, and stays as it is."
    next_step = "Write the next version."


class InvalidStart(DomainError):
    """A version cannot start then."""

    code = "invalid_start"
    status = 400
    message = "A version starts in the future, and after every earlier version of its kind."
    next_step = "Choose a later moment."


class IncompleteDraft(DomainError):
    """A draft lacks what people are told of it."""

    code = "incomplete_draft"
    status = 400
    message = "People are told what changes: the draft needs its text and a summary in plain words."
    next_step = "Write the summary, then schedule it."


class AlreadyTold(DomainError):
    """An announced version that people already accepted or were recorded as told of cannot be taken back."""

    code = "already_told"
    status = 409
    message = "People have been told of this version or have accepted it."
    next_step = "Write a further version instead."


class TooManyTries(DomainError):
    """Too many tokens or addresses typed from one place. `retry_after_s` says how long to wait."""

    code = "too_many_requests"
    status = 429
    message = "Too many tries from here."
    next_step = "Wait a few minutes, then try again."
