from ground.errors import DomainError, NotFound
from ground.hooks import Hook


class TooLate(DomainError):
    code = "too_late"
    status = 410
    message = "It is over."
    next_step = "Come back tomorrow."


def test_a_refusal_is_a_problem_document_with_its_extra_members() -> None:
    assert TooLate(ended_on="2026-01-01").as_problem() == {
        "type": "urn:ovation:problem:too_late",
        "title": "It is over.",
        "status": 410,
        "code": "too_late",
        "detail": "It is over.",
        "next_step": "Come back tomorrow.",
        "ended_on": "2026-01-01",
    }


def test_words_given_at_the_place_replace_the_classs_words() -> None:
    refusal = NotFound("This gift is gone.", next_step="Choose another.")

    assert (refusal.message, refusal.next_step) == ("This gift is gone.", "Choose another.")
    assert NotFound.message != "This gift is gone."


def test_a_hook_calls_each_function_once_in_the_order_of_registration() -> None:
    hook: Hook[[int], str] = Hook()

    @hook.register
    def first(number: int) -> str:
        return f"first {number}"

    @hook.register
    def second(number: int) -> str:
        return f"second {number}"

    hook.register(first)

    assert hook.call_all(7) == ["first 7", "second 7"]
