"""Addresses of what awaits approval."""

from django.urls import path

from houqin.web.approvals import away, views

app_name = "approvals"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("away/", away.away, name="away"),
    path("away/<int:pk>/end/", away.end, name="away_end"),
    path("<int:pk>/", views.approval, name="approval"),
    path("<int:pk>/<slug:key>/", views.step, name="step"),
]
