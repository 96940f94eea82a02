"""Static files under names that change with what is in them, also where one of our scripts brings in another."""

from __future__ import annotations

from django.contrib.staticfiles.storage import HashedFilesMixin, ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own rewriting of `import ... from`, for our folder alone: packages bring scripts that only look like modules.
_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]
PATTERNS = (*HashedFilesMixin.patterns, ("js/*.js", _IMPORTS))


class Hashed(ManifestStaticFilesStorage):
    """For one box: brotli over everything takes half a minute, which the first start does not have."""

    patterns = PATTERNS


class HashedAndCompressed(CompressedManifestStaticFilesStorage):
    """For production: brotli and gzip beside every file."""

    patterns = PATTERNS
