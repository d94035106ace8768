"""How long a guesser would need: zxcvbn's estimate, for the validator and for the meter beside the field alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from zxcvbn import feedback, matching, scoring, time_estimates

LONGEST_RATED = (
    72  # characters; what follows only makes it harder, and the estimate's cost grows with the length
)
LEAST_SCORE = 3  # of 0 to 4: more than 10⁸ guesses
WORDS = ("Very easy to guess", "Easy to guess", "Nearly there", "Strong", "Very strong")
HOUSE_WORDS = ("ovation", "creator", "coins", "diamonds")


@dataclass(frozen=True)
class Strength:
    """A password's rating, in words a person can act on."""

    score: int  # 0 to 4
    words: str
    advice: list[str]

    @property
    def is_enough(self) -> bool:
        return self.score >= LEAST_SCORE


def rate(password: str, known: Iterable[str] = ()) -> Strength:
    """Rate `password`; `known` are words that a guesser of this person would try first."""
    words = [word.lower() for word in (*known, *HOUSE_WORDS) if word]
    # A copy: zxcvbn's own entrance writes them into a table that all threads share.
    tables = matching.RANKED_DICTIONARIES | {"user_inputs": matching.build_ranked_dict(words)}
    rated = password[:LONGEST_RATED]
    found = scoring.most_guessable_match_sequence(rated, matching.omnimatch(rated, tables))
    score = int(time_estimates.guesses_to_score(found["guesses"]))
    told = feedback.get_feedback(score, found["sequence"])
    advice = [str(line) for line in (told["warning"], *told["suggestions"]) if line]
    return Strength(score, WORDS[score], advice)
