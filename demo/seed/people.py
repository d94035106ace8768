"""The demo's people. All invented; portraits and covers are drawn from their handles."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoCreator:
    """A creator: who, what they do, and how much of an evening's gifts comes their way (a weight)."""

    handle: str
    name: str
    country: str
    bio: str
    category: str
    title: str
    weight: int


CREATORS = (
    DemoCreator(
        "mira",
        "Mira Solvang",
        "US",
        "Guitar, loops and long evenings. Requests welcome.",
        "music",
        "Guitar by candlelight",
        30,
    ),
    DemoCreator(
        "tobi.okafor",
        "Tobi Okafor",
        "US",
        "Street food, one pan, thirty minutes.",
        "food",
        "Jollof for a crowd, from scratch",
        18,
    ),
    DemoCreator(
        "lena.brandt",
        "Lena Brandt",
        "US",
        "Watercolour landscapes. I paint what you name.",
        "art",
        "Painting the harbour you describe",
        14,
    ),
    DemoCreator(
        "kenjiro",
        "Kenjiro Abe",
        "US",
        "Shogi and slow openings, explained move by move.",
        "games",
        "Endgame puzzles with the chat",
        10,
    ),
    DemoCreator(
        "amara.d", "Amara Diallo", "US", "Kora songs my grandmother taught me.", "music", "Kora at dusk", 16
    ),
    DemoCreator(
        "felix.moss",
        "Felix Moss",
        "US",
        "Restoring one broken radio a week.",
        "art",
        "A 1954 valve radio speaks again",
        8,
    ),
    DemoCreator(
        "paloma.ruiz",
        "Paloma Ruiz",
        "US",
        "Flamenco basics, ten minutes at a time.",
        "fitness",
        "Footwork clinic: bulerías",
        11,
    ),
    DemoCreator(
        "sanna.k",
        "Sanna Korhonen",
        "US",
        "Northern lights chaser with a thermos.",
        "travel",
        "Watching the sky from the cabin",
        9,
    ),
    DemoCreator(
        "devraj",
        "Devraj Nair",
        "US",
        "Stand-up drafts. You hear the bad ones first.",
        "talk",
        "New ten minutes, be honest",
        12,
    ),
    DemoCreator(
        "ines.leal",
        "Inês Leal",
        "US",
        "Ceramics: bowls, mostly. Some survive.",
        "art",
        "Throwing forty bowls tonight",
        7,
    ),
    DemoCreator(
        "oskar.w",
        "Oskar Wiśniewski",
        "US",
        "Astronomy for people who stay up.",
        "learning",
        "Saturn through a small telescope",
        6,
    ),
    DemoCreator(
        "june.park",
        "June Park",
        "US",
        "Piano covers of songs you half remember.",
        "music",
        "Name a film, hear its theme",
        13,
    ),
)

LIVE_NOW = ("mira", "tobi.okafor", "lena.brandt", "amara.d", "devraj", "june.park")

_FAN_NAMES = (
    "Ada Lindqvist", "Ben Carver", "Chloe Martin", "Dario Conti", "Elif Kaya", "Finn Doyle", "Grace Holt",
    "Hugo Lemaire", "Isla Reid", "Jonas Weber", "Kira Novak", "Luca Ferri", "Maya Sharma", "Nils Berg",
    "Olivia Grant", "Pavel Dvorak", "Quinn Avery", "Rosa Medina", "Samir Haddad", "Tess Nolan", "Umar Sadiq",
    "Vera Popova", "Will Archer", "Ximena Cruz", "Yusuf Demir", "Zoe Hart", "Anton Falk", "Bianca Rossi",
    "Caleb Stone", "Daphne Ioannou", "Emil Sorensen", "Farah Aziz", "Gus Tanaka", "Hana Suzuki", "Ivan Petrov",
    "Jade Wilson", "Kofi Mensah", "Lila Moreau", "Mateo Vargas",
)  # fmt: skip


@dataclass(frozen=True)
class DemoFan:
    handle: str
    name: str


FANS = tuple(DemoFan(name.lower().replace(" ", "."), name) for name in _FAN_NAMES)

CHAT_LINES = (
    "First time here, this is lovely",
    "Could you play that part again?",
    "Greetings from a very rainy evening",
    "That was worth staying up for",
    "I learned more in ten minutes than all week",
    "The sound is perfect tonight",
    "Who else came from the last session?",
    "Please do one more",
    "My sister says hello",
    "How long did it take to learn this?",
    "Quiet evening made better",
    "I always miss the start!",
)
