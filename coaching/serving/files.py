"""How static files are named: with a hash and kept for ever once they were collected, plainly before."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """`serve` collects the files at every start: each gets a hash into its name and a compressed copy.

    What was not collected keeps its plain name, which WhiteNoise finds among the sources: in tests, and where a
    file is newer than the last start. In production a file that is missing is a fault, as Django has it.
    """

    def stored_name(self, name: str) -> str:
        known = self.hash_key(self.clean_name(name)) in self.hashed_files
        if known or self.manifest_strict:
            return str(super().stored_name(name))
        return name
