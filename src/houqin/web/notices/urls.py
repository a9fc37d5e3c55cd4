"""Addresses of a person's notices; other parts know them as `notify:inbox`."""

from django.urls import path

from houqin.web.notices import views

app_name = "notify"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("<int:pk>/", views.follow, name="follow"),
]
