"""dj-stripe 2.11.0's schema in one step. Its own migrations cost a minute of CPU on every fresh database.

The names are dj-stripe's, so that the setting can be dropped once its own are fast. tests/test_djstripe_squash.py
fails when dj-stripe's version changes: then remake 0001 with `manage.py makemigrations djstripe` and end
it with `operations = [CreateTogether(operations)]` as it does now.
"""

SQUASHED_FOR = "2.11.0"
