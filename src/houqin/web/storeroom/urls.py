"""Addresses of the set-up of the stores."""

from django.urls import path

from houqin.web.storeroom import items, labels, levels, stores

app_name = "storeroom"
urlpatterns = [
    path("", stores.store_list, name="stores"),
    path("new/", stores.store_edit, name="store_new"),
    path("<int:pk>/", stores.store_edit, name="store"),
    path("<int:pk>/locations/", stores.add_locations, name="locations_new"),
    path("locations/<int:pk>/", stores.location, name="location"),
    path("items/", items.item_list, name="items"),
    path("items/new/", items.item_edit, name="item_new"),
    path("items/<int:pk>/", items.item_edit, name="item"),
    path("items/<int:pk>/packings/", items.set_packing, name="packing_set"),
    path("items/<int:pk>/packings/<int:unit>/drop/", items.drop_packing, name="packing_drop"),
    path("items/<int:pk>/barcodes/", items.add_barcode, name="barcode_add"),
    path("items/<int:pk>/barcodes/<int:barcode>/drop/", items.drop_barcode, name="barcode_drop"),
    path("levels/", levels.level_list, name="levels"),
    path("levels/new/", levels.level_edit, name="level_new"),
    path("levels/<int:pk>/", levels.level_edit, name="level"),
    path("levels/<int:pk>/drop/", levels.drop, name="level_drop"),
    path("labels/", labels.choose, name="labels"),
    path("labels/print/", labels.print_sheet, name="labels_print"),
]
