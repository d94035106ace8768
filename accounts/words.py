"""What people call and say about themselves: lengths as readers count them, and nothing that hides or turns."""

import re
import unicodedata

from django.core.exceptions import ValidationError

from accounts.handles import look_of

NAME_MAX_GRAPHEMES = 30
BIO_MAX_GRAPHEMES = 300
BIO_MAX_LINES = 8
# One grapheme may be a dozen code points (a family, a flag); the columns hold four for each.
NAME_MAX_LENGTH = 4 * NAME_MAX_GRAPHEMES
BIO_MAX_LENGTH = 4 * BIO_MAX_GRAPHEMES
MOST_MARKS_IN_A_ROW = 4  # Vietnamese needs two, vocalised Hebrew three; more is a pile

JOINER, NON_JOINER = "\u200d", "\u200c"
BLACK_FLAG = "\U0001f3f4"
# Letters and symbols by their category, and yet nothing to be seen.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
HOUSE_WORDS = frozenset(
    look_of(word)
    for word in ("admin", "administrator", "helpdesk", "moderator", "official", "ovation", "staff", "support")
)
# Letters of other alphabets that pass for a Latin one; `look_of` does the rest.
TWINS = str.maketrans(
    "аеорсухівԁһӏјқԛѕԝгпкмтзα\u03b5ικνορτυχωβ\u0131\u0251\u0261\u1d0f\u1d20",
    "aeopcyxibdhljkqswrnkmt3aeikvoptuxwbiagov",
)


def clean_name(text: str, *, is_staff: bool = False) -> str:
    """A display name as it will stand: one line, composed, at most NAME_MAX_GRAPHEMES.

    Raises:
        ValidationError: name_hidden, name_too_long or name_reserved (nobody but staff may pass for the house).
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    _require_visible(name, "name")
    if count_graphemes(name) > NAME_MAX_GRAPHEMES or len(name) > NAME_MAX_LENGTH:
        raise ValidationError(f"Use at most {NAME_MAX_GRAPHEMES} characters.", code="name_too_long")
    if not is_staff and _passes_for_the_house(name):
        raise ValidationError("This name is kept for the house. Choose another.", code="name_reserved")
    return name


def clean_bio(text: str) -> str:
    """What a person says about themselves: a few lines, at most BIO_MAX_GRAPHEMES.

    Raises:
        ValidationError: bio_hidden, bio_too_long or bio_too_many_lines.
    """
    return clean_lines(text, "bio", most_graphemes=BIO_MAX_GRAPHEMES, most_lines=BIO_MAX_LINES)


def clean_lines(text: str, what: str, *, most_graphemes: int, most_lines: int) -> str:
    """A few lines as they will stand: composed, single spaces, at most one empty line in a row.

    Raises:
        ValidationError: <what>_hidden, <what>_too_long or <what>_too_many_lines.
    """
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).strip().splitlines()]
    clean = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    _require_visible(clean.replace("\n", " "), what)
    if count_graphemes(clean) > most_graphemes or len(clean) > 4 * most_graphemes:
        raise ValidationError(f"Use at most {most_graphemes} characters.", code=f"{what}_too_long")
    if clean.count("\n") >= most_lines:
        raise ValidationError(f"Use at most {most_lines} lines.", code=f"{what}_too_many_lines")
    return clean


def count_graphemes(text: str) -> int:
    """How many characters a reader sees: marks, joined emoji, skin tones and pairs of flag letters count as one."""
    count = flag_letters = 0
    is_joined = False
    for char in text:
        if _extends(char):
            is_joined = char == JOINER
            count = max(count, 1)
            continue
        flag_letters = flag_letters + 1 if "\U0001f1e6" <= char <= "\U0001f1ff" else 0
        if not is_joined and (flag_letters == 0 or flag_letters % 2 == 1):
            count += 1
        is_joined = False
    return count


def _require_visible(text: str, what: str) -> None:
    marks = 0
    for before, char in zip(" " + text, text, strict=False):
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks > MOST_MARKS_IN_A_ROW or char in BLANK or not _may_stand(char, before, text):
            raise ValidationError(
                "Use letters, digits, signs and emoji only: this holds characters that hide or turn the text.",
                code=f"{what}_hidden",
            )
    if text and all(_extends(char) or char == " " for char in text):
        raise ValidationError("There is nothing to be read in this.", code=f"{what}_hidden")


def _may_stand(char: str, before: str, text: str) -> bool:
    if char in (JOINER, NON_JOINER):  # inside emoji and in the scripts that need them, never at an edge
        return before not in (" ", JOINER, NON_JOINER)
    if "\U000e0020" <= char <= "\U000e007f":  # the letters of a region's flag
        return BLACK_FLAG in text
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _extends(char: str) -> bool:
    return (
        char == JOINER
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _passes_for_the_house(name: str) -> bool:
    folded = unicodedata.normalize("NFKD", name).casefold().translate(TWINS)
    plain = "".join(char for char in folded if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
    words = {look_of(word) for word in re.findall(r"[a-z0-9]+", plain)}
    whole = look_of("".join(re.findall(r"[a-z0-9]+", plain)))
    return bool(words & HOUSE_WORDS) or whole in HOUSE_WORDS or whole.startswith(look_of("ovation"))
