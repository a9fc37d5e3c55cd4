"""Every address of the product."""

from django.urls import include, path
from django.views.i18n import set_language

from houqin.api.main import api
from houqin.api.monitoring import healthz, metrics, readyz
from houqin.web.public.home import home

handler500 = "houqin.web.middleware.server_error"
urlpatterns = [
    path("", home, name="home"),
    path("", include("houqin.web.public.urls")),
    path("", include("houqin.web.accounts.urls")),
    path("jobs/", include("houqin.web.jobs.urls")),
    path("desk/", include("houqin.web.desk.urls")),
    path("work/", include("houqin.web.work.urls")),
    path("staffing/", include("houqin.web.staffing.urls")),
    path("approvals/", include("houqin.web.approvals.urls")),
    path("stores/", include("houqin.web.stores.urls")),
    path("exports/", include("houqin.web.exports.urls")),
    path("insight/", include("houqin.web.insight.urls")),
    path("setup/stores/", include("houqin.web.storeroom.urls")),
    path("setup/", include("houqin.web.setup.urls")),
    path("find/", include("houqin.web.search.urls")),
    path("notices/", include("houqin.web.notices.urls")),
    path("api/v1/", api.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("ui/", include("houqin.web.ui.urls")),
]
