from importlib.metadata import version

from django.db.migrations.loader import MigrationLoader

from config.djstripe_migrations import SQUASHED_FOR


def test_the_squashed_migration_was_made_for_the_dj_stripe_that_is_installed() -> None:
    assert version("dj-stripe") == SQUASHED_FOR, (
        "dj-stripe changed: remake config/djstripe_migrations/0001 and set SQUASHED_FOR"
    )


def test_the_squash_ends_at_the_migration_dj_stripe_itself_ends_at() -> None:
    ours = MigrationLoader(None).graph.leaf_nodes("djstripe")

    assert ours == [("djstripe", "0003_2_11")]
