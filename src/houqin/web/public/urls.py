"""Addresses of the public pages; short, because they stand on labels and in mails."""

from django.urls import path

from houqin.web.public import following, known, mine, report, tracking

app_name = "public"
urlpatterns = [
    path("q/<slug:token>/", report.scan, name="scan"),
    path("report/", report.report, name="report"),
    path("report/places/", report.places, name="places"),
    path("report/known/", known.known, name="known"),
    path("mine/", mine.mine, name="mine"),
    path("f/<slug:token>/", following.following, name="following"),
    path("f/<slug:token>/files/<slug:key>/", following.file, name="following_file"),
    path("f/<slug:token>/<slug:step>/", following.act, name="following_act"),
    path("t/<slug:token>/", tracking.track, name="track"),
    path("t/<slug:token>/files/<slug:key>/", tracking.file, name="file"),
    path("t/<slug:token>/<slug:step>/", tracking.act, name="act"),
]
