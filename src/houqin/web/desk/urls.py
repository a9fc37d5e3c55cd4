"""Addresses of the service desk."""

from django.urls import path

from houqin.web.desk import follow_ups, queue, register, request

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("new/", register.new, name="new"),
    path("new/caller/", register.caller, name="caller"),
    path("places/", register.places, name="places"),
    path("follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("follow-ups/<int:pk>/", follow_ups.finish, name="follow_up"),
    path("requests/<slug:number>/", request.detail, name="request"),
    path("requests/<slug:number>/panel/", queue.panel, name="panel"),
    path("requests/<slug:number>/dispatch/", queue.dispatch, name="dispatch"),
    path("requests/<slug:number>/write/", request.write, name="write"),
    path("requests/<slug:number>/files/<slug:key>/", request.file, name="file"),
    path("requests/<slug:number>/<slug:key>/", request.step, name="step"),
]
