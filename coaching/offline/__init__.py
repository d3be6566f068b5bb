"""Niggle without a network: the app on the phone, the service worker, the interview that needs no site, and late reports.

It belongs to neither face. A face hangs the interview below its own pages with `Pocket(...).urls("offline/")`;
`coaching/offline/urls.py` has what stands at the root. What is kept on a phone, and when it is wiped: docs/offline.md.
"""

from coaching.offline.pages import Pocket

__all__ = ["Pocket"]
