"""Addresses of the crews' weeks, their planning and the papers of their people."""

from django.urls import path

from houqin.web.staffing import leave, papers, planning, views

app_name = "staffing"
urlpatterns = [
    path("", views.week, name="week"),
    path("pattern/", planning.pattern, name="pattern"),
    path("copy/", planning.copy, name="copy"),
    path("clear/", planning.clear, name="clear"),
    path("shifts/<int:pk>/remove/", planning.remove, name="remove_shift"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/days/<slug:day>/", planning.day, name="day"),
    path("people/<int:pk>/days/<slug:day>/rest/", planning.rest, name="rest"),
    path("people/<int:pk>/duty/", planning.duty, name="duty"),
    path("people/<int:pk>/leave/", leave.new, name="leave_new"),
    path("people/<int:pk>/terms/", papers.terms, name="terms"),
    path("people/<int:pk>/places/", papers.add_place, name="add_place"),
    path("people/<int:pk>/places/<int:place>/remove/", papers.remove_place, name="remove_place"),
    path("people/<int:pk>/licences/", papers.licence_new, name="licence_new"),
    path("leave/<int:pk>/", leave.change, name="leave"),
    path("leave/<int:pk>/cancel/", leave.cancel, name="leave_cancel"),
    path("licences/", views.licences, name="licences"),
    path("licences/<int:pk>/", papers.licence, name="licence"),
    path("licences/<int:pk>/renew/", papers.renew, name="licence_renew"),
    path("licences/<int:pk>/end/", papers.end, name="licence_end"),
    path("licences/<int:pk>/strike/", papers.strike, name="licence_strike"),
]
