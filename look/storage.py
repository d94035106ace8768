"""Static files under hashed names, modules included.

What style sheets and ES modules import is rewritten as well, so that all of it can be cached for good and a new
version never meets an old module.
"""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CompressedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """For production; the demo starts sooner without (config/settings.py)."""

    support_js_module_import_aggregation = True
