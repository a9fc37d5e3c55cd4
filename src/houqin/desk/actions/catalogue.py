"""What is offered: categories and services put into the catalogue."""

from typing import Any

from django.db import transaction

from houqin.desk.models import Category, Service


@transaction.atomic
def add_category(*, code: str, name: str, name_en: str, icon: str, position: int) -> Category:
    """A category in use; one that stands under the code already is taken into use again as it is."""
    facts = {"name": name, "name_en": name_en, "icon": icon, "position": position}
    category, made = Category.objects.get_or_create(code=code, defaults=facts)
    if not made and not category.active:
        category.active = True
        category.save(update_fields=["active"])
    return category


@transaction.atomic
def add_service(*, category: Category, **facts: Any) -> Service:
    """A service of a category, found by its own words and those of the category."""
    service = Service(category=category, **facts)
    service.set_search(service.code, service.name, service.name_en, category.name, category.name_en)
    service.save()
    return service
