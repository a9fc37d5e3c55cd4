"""Addresses of work orders for dispatchers, crew leaders and managers."""

from django.urls import path

from houqin.web.work import order, orders

app_name = "work"
urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/new/", orders.new, name="new"),
    path("orders/<slug:number>/", order.detail, name="order"),
    path("orders/<slug:number>/slip/", order.slip, name="slip"),
    path("orders/<slug:number>/files/<slug:key>/", order.file, name="file"),
    path("orders/<slug:number>/<slug:key>/", order.step, name="step"),
]
