"""Addresses that belong to neither face."""

from django.urls import path

from coaching.notices import choices, inbox, push

urlpatterns = [
    path("notices/", inbox.notices, name="notices"),
    path("accounts/messages/", choices.how_told, name="how_told"),
    path("accounts/language/", choices.language_and_units, name="language_and_units"),
    path("push/key/", push.key, name="push_key"),
    path("push/subscribe/", push.subscribe, name="push_subscribe"),
    path("push/unsubscribe/", push.unsubscribe, name="push_unsubscribe"),
]
