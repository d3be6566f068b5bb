"""Addresses that belong to neither face."""

from django.urls import path

from coaching.own_data import erasing, privacy, taking

urlpatterns = [
    path("privacy/", privacy.privacy, name="privacy"),
    path("accounts/data/", taking.own_data, name="own_data"),
    path("accounts/data/ask/", taking.ask, name="own_data_ask"),
    path("accounts/data/<uuid:pk>/", taking.file, name="own_data_file"),
    path("accounts/data/erase/", erasing.erase_account, name="erase_account"),
    path("accounts/data/erase/<uuid:pk>/", erasing.erase_child, name="erase_child"),
]
