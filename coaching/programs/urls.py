"""Where programs come in, and where people see them."""

from allauth.idp.oidc import views
from django.urls import include, path

from coaching.programs import authorize, pages

# Under the names by which allauth finds them. Its other addresses (device codes, log-out by an app, registration
# by anybody) are not offered.
oidc = [
    path(".well-known/openid-configuration", authorize.configuration, name="configuration"),
    path(".well-known/jwks.json", views.jwks, name="jwks"),
    path("identity/o/authorize", authorize.Authorization.as_view(), name="authorization"),
    path("identity/o/api/token", authorize.token, name="token"),
    path("identity/o/api/revoke", authorize.revoke, name="revoke"),
    path("identity/o/api/userinfo", authorize.userinfo, name="userinfo"),
]

urlpatterns = [
    path("", include(([path("", include((oidc, "oidc")))], "idp"))),
    path("accounts/tokens/", pages.token_list, name="tokens"),
    path("accounts/tokens/new/", pages.token_new, name="token_new"),
    path("accounts/tokens/<uuid:pk>/revoke/", pages.token_revoke, name="token_revoke"),
    path("accounts/apps/", pages.app_list, name="apps"),
    path("accounts/apps/<str:pk>/take-back/", pages.app_take_back, name="app_take_back"),
]
