"""Every address of the site. Each face keeps its own below its prefix."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from coaching import account_events, devices
from coaching.agreement import consent_text
from coaching.check_in_by_link import check_in_by_link
from coaching.for_programs import for_programs
from coaching.health import livez, readyz
from coaching.home import account, home
from coaching.joining import join
from coaching.languages import choose_language
from coaching.metrics import metrics
from coaching.safety import safety
from coaching.styleguide.views import styleguide

__all__ = ["account_events"]  # it listens from when it is loaded

# The administration is entered through the one log-in, with its rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "coaching.faults.bad_request"
handler403 = "coaching.faults.permission_denied"
handler404 = "coaching.faults.not_found"
handler500 = "coaching.faults.fault"

urlpatterns = [
    path("", home, name="home"),
    path("language/", choose_language, name="set_language"),
    path("safety/", safety, name="safety"),
    path("styleguide/", styleguide, name="styleguide"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("desk/", include("coaching.desk.urls")),
    path("me/", include("coaching.phone.urls")),
    path("api/", for_programs, name="for_programs"),
    path("api/v1/", include("coaching.api.urls")),
    path("c/<str:token>/", check_in_by_link, name="check_in_by_link"),
    path("privacy/consent/", consent_text, name="consent_text"),
    path("join/<str:token>/", join, name="join"),
    path("", include("coaching.notices.urls")),
    path("", include("coaching.offline.urls")),
    path("accounts/", account, name="account"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/passkeys/", include("coaching.passkeys")),
    path("accounts/second-factor/", include("coaching.second_factor")),
    path("accounts/sessions/", devices.sessions, name="sessions"),
    path("accounts/sessions/end/", devices.end_other_sessions, name="end_other_sessions"),
    path("accounts/sessions/<int:pk>/end/", devices.end_session, name="end_session"),
    path("", include("coaching.programs.urls")),
    path("", include("coaching.own_data.urls")),
    path("admin/", admin.site.urls),
]
