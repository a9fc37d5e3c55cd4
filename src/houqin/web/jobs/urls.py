"""Addresses of the technician's pages."""

from django.urls import path

from houqin.web.jobs import acting, duty, parts, views

app_name = "jobs"
urlpatterns = [
    path("", views.today, name="today"),
    path("offers/", views.offers, name="offers"),
    path("scan/", views.scan, name="scan"),
    path("duty/", duty.turn, name="duty"),
    path("<str:number>/", views.job, name="job"),
    path("<str:number>/files/<slug:key>/", views.file, name="file"),
    path("<str:number>/hold/", acting.hold, name="hold"),
    path("<str:number>/complete/", acting.complete, name="complete"),
    path("<str:number>/send-back/", acting.send_back, name="send_back"),
    path("<str:number>/helper/", acting.helper, name="helper"),
    path("<str:number>/write/", acting.write, name="write"),
    path("<str:number>/checklist/", acting.checklist, name="checklist"),
    path("<str:number>/time/", acting.enter_time, name="time"),
    path("<str:number>/parts/", parts.parts, name="parts"),
    path("<str:number>/parts/plan/", parts.plan_part, name="part_plan"),
    path("<str:number>/parts/take/", parts.take_part, name="part_take"),
    path("<str:number>/parts/return/", parts.return_part, name="part_return"),
    path("<str:number>/parts/drop/", parts.drop_part, name="part_drop"),
    path("<str:number>/<slug:step>/", acting.act, name="act"),
]
