"""Addresses of the figures."""

from django.urls import path

from houqin.web.insight import ratings, replays, triage, views, waiting

app_name = "insight"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("ratings/", ratings.ratings, name="ratings"),
    path("triage/", triage.accuracy, name="triage"),
    path("export/", views.export, name="export"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("waiting/requests/", waiting.requests, name="waiting_requests"),
    path("waiting/export/", waiting.export, name="waiting_export"),
    path("replay/", replays.replay, name="replay"),
    path("replay/requests/", replays.requests, name="replay_requests"),
    path("replay/standard/", replays.standard, name="replay_standard"),
    path("count/<slug:kind>/", waiting.count, name="count"),
]
