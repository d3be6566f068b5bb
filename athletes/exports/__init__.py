"""A person's own data as one file: a ZIP with a JSON of everything, a CSV for each kind, and a page to read."""

from athletes.exports.kinds import Scope, scope_of
from athletes.exports.writing import write

__all__ = ["Scope", "scope_of", "write"]
