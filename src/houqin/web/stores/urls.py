"""Addresses of the stores."""

from django.urls import path

from houqin.web.stores import (
    counting,
    counts,
    documents,
    home,
    items,
    lots,
    months,
    reports,
    scan,
    slips,
    stock,
)

app_name = "stores"
urlpatterns = [
    path("", home.home, name="home"),
    path("stock/", stock.stock, name="stock"),
    path("items/<int:pk>/", items.item, name="item"),
    path("layers/<int:pk>/", items.layer, name="layer"),
    path("balance/", reports.balance, name="balance"),
    path("expiring/", reports.expiring, name="expiring"),
    path("consumption/", reports.consumption, name="consumption"),
    path("documents/", documents.document_list, name="documents"),
    path("documents/<slug:number>/", documents.document, name="document"),
    path("documents/<slug:number>/slip/", slips.slip, name="slip"),
    path("documents/<slug:number>/slip.pdf", slips.slip_pdf, name="slip_pdf"),
    path("documents/<slug:number>/reverse/", documents.reverse_document, name="reverse"),
    path("items/<int:pk>/write-off/", lots.write_off, name="write_off"),
    path("lots/<int:pk>/", lots.lot, name="lot"),
    path("lots/<int:pk>/step/", lots.lot_step, name="lot_step"),
    path("months/", months.months, name="months"),
    path("months/<slug:month>/", months.month, name="month"),
    path("months/<slug:month>/step/", months.step, name="month_step"),
    path("counts/", counts.count_list, name="counts"),
    path("counts/new/", counts.plan, name="count_new"),
    path("counts/<slug:number>/", counts.count, name="count"),
    path("counts/<slug:number>/count/", counting.counting, name="counting"),
    path("counts/<slug:number>/finish/", counts.finish, name="count_finish"),
    path("counts/<slug:number>/cancel/", counts.cancel, name="count_cancel"),
    path("counts/<slug:number>/lines/<int:pk>/", counts.line, name="count_line"),
    path("counts/<slug:number>/print/", counts.sheet, name="count_sheet"),
    path("receive/", scan.scan, {"way": "receive"}, name="receive"),
    path("put-away/", scan.scan, {"way": "put-away"}, name="put_away"),
    path("issue/", scan.scan, {"way": "issue"}, name="issue"),
    path("return/", scan.scan, {"way": "return"}, name="return"),
    path("transfer/", scan.scan, {"way": "transfer"}, name="transfer"),
]
