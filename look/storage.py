"""Static files under hashed names, modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """This will name every file by its content and rewrite what style sheets and ES modules import, so that all of
    it can be cached for good and a new version never meets an old module."""

    support_js_module_import_aggregation = True
