"""What stands at the root: a service worker serves only what is below its own address."""

from django.urls import path

from coaching.offline import app

urlpatterns = [
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.service_worker, name="service_worker"),
    path("away/", app.away, name="away"),
]
