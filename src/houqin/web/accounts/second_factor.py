"""The second factor: codes of an authenticator app, and the codes for when it is lost."""

from allauth.mfa.base.views import authenticate, reauthenticate
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods

from houqin.web.access import PUBLIC, SIGNED_IN, requires
from houqin.web.accounts.views import in_their_language


@require_http_methods(["GET", "POST"])
@requires(PUBLIC)
def ask_code(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code after the password, before anybody is signed in."""
    return in_their_language(request, authenticate(request))


@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def confirm_by_code(request: HttpRequest) -> HttpResponseBase:
    """Ask for a code before something delicate."""
    response: HttpResponseBase = reauthenticate(request)
    return response


@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def switch_on(request: HttpRequest) -> HttpResponseBase:
    """Connect an authenticator app."""
    response: HttpResponseBase = activate_totp(request)
    return response


@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def switch_off(request: HttpRequest) -> HttpResponseBase:
    """Disconnect the authenticator app."""
    response: HttpResponseBase = deactivate_totp(request)
    return response


@require_GET
@requires(SIGNED_IN)
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Show the codes that open the account without the app, each once."""
    response: HttpResponseBase = view_recovery_codes(request)
    return response


@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def new_recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Make new recovery codes; the old ones open nothing any more."""
    response: HttpResponseBase = generate_recovery_codes(request)
    return response
