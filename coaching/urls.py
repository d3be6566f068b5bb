"""Every address of the site. Each face keeps its own below its prefix."""

from django.contrib import admin
from django.urls import include, path

from coaching.health import livez, readyz
from coaching.home import home

urlpatterns = [
    path("", home, name="home"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("desk/", include("coaching.desk.urls")),
    path("api/v1/", include("coaching.api.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
