"""Addresses of the service desk."""

from django.urls import path

from houqin.web.desk import calls, follow_ups, phone, phone_ringing, places, proposals, queue, request

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("phone/", phone.desk, name="phone"),
    path("phone/caller/", phone.caller, name="phone_caller"),
    path("phone/about/", phone.about, name="phone_about"),
    path("phone/known/", phone.known, name="phone_known"),
    path("phone/known/<slug:number>/", phone.known_too, name="phone_known_too"),
    path("phone/ringing/", phone_ringing.ringing, name="phone_ringing"),
    path("phone/lines/", phone.lines, name="phone_lines"),
    path("phone/<int:pk>/take/", phone.take, name="phone_take"),
    path("phone/<int:pk>/nothing/", phone.nothing, name="phone_nothing"),
    path("calls/", calls.call_list, name="calls"),
    path("calls/refused/", calls.refused, name="calls_refused"),
    path("calls/<int:pk>/call-back/", calls.call_back, name="call_back"),
    path("places/", places.places, name="places"),
    path("follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("follow-ups/<int:pk>/", follow_ups.finish, name="follow_up"),
    path("requests/<slug:number>/", request.detail, name="request"),
    path("requests/<slug:number>/panel/", queue.panel, name="panel"),
    path("requests/<slug:number>/dispatch/", queue.dispatch, name="dispatch"),
    path("requests/<slug:number>/write/", request.write, name="write"),
    path("requests/<slug:number>/proposals/", proposals.decide, name="proposals"),
    path("requests/<slug:number>/files/<slug:key>/", request.file, name="file"),
    path("requests/<slug:number>/<slug:key>/", request.step, name="step"),
]
