"""Addresses of signing in and of one's own page.

The names without a namespace are those the sign-in library goes by; of its pages only these exist.
"""

from django.urls import include, path

from houqin.web.accounts import mine, restoring, second_factor, views

own = [
    path("welcome/", views.welcome, name="welcome"),
    path("welcome/restore/", restoring.restore, name="restore"),
    path("welcome/restoring/", restoring.restoring, name="restoring"),
    path("accounts/password/link/", views.link, name="link"),
    path("accounts/password/link/<str:secret>/", views.open_link, name="open_link"),
    path("accounts/me/", mine.me, name="me"),
    path("accounts/me/mail/", mine.mail, name="mail"),
    path("accounts/me/sessions/<int:pk>/end/", mine.end_session, name="end_session"),
    path("accounts/me/sessions/end-others/", mine.end_other_sessions, name="end_other_sessions"),
    path("accounts/me/tokens/", mine.make_token, name="make_token"),
    path("accounts/me/tokens/<int:pk>/revoke/", mine.revoke_token, name="revoke_token"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    path("accounts/login/", views.sign_in, name="account_login"),
    path("accounts/logout/", views.sign_out, name="account_logout"),
    path("accounts/reauthenticate/", views.confirm_oneself, name="account_reauthenticate"),
    path("accounts/password/change/", views.change_password, name="account_change_password"),
    path("accounts/password/forgotten/", views.forgotten, name="account_reset_password"),
    path("accounts/mfa/", mine.second_factor, name="mfa_index"),
    path("accounts/mfa/authenticate/", second_factor.ask_code, name="mfa_authenticate"),
    path("accounts/mfa/reauthenticate/", second_factor.confirm_by_code, name="mfa_reauthenticate"),
    path("accounts/mfa/totp/activate/", second_factor.switch_on, name="mfa_activate_totp"),
    path("accounts/mfa/totp/deactivate/", second_factor.switch_off, name="mfa_deactivate_totp"),
    path("accounts/mfa/recovery-codes/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "accounts/mfa/recovery-codes/generate/",
        second_factor.new_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
]
