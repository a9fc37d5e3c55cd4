"""What is offered: categories, services, and the standard each is held to."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from houqin.desk.models import Category, Service, ServiceRequest
from houqin.kernel.errors import Invalid
from houqin.work.models import ServiceStandard, StandardTarget


def offered(*, to_public: bool) -> QuerySet[Category]:
    """The categories in use with their services in use (`services`), in the order of the tiles.

    For the public without the services that only staff may choose.
    """
    services = (
        Service.objects.filter(active=True).select_related("job_type").defer("search_text", "search_grams")
    )
    if to_public:
        services = services.filter(public=True)
    return Category.objects.filter(active=True).prefetch_related(
        Prefetch("services", services, to_attr="offered")
    )


def wanted(
    *, category_id: int | None = None, service_id: int | None = None
) -> tuple[Service | None, Category]:
    """A service with its category, else a category with the service that stands in; all in use.

    Raises `Invalid`, naming the field, for one that is not.
    """
    if service_id is not None:
        service = (
            Service.objects.select_related("category", "job_type__crew", "job_type__standard")
            .filter(pk=service_id, active=True)
            .first()
        )
        if service is None:
            raise Invalid(
                _("This service is not offered any more. Please choose another one."), field="service"
            )
        return service, service.category
    in_use = Category.objects.filter(active=True)
    category = in_use.filter(pk=category_id).first() if category_id is not None else None
    if category is None:
        raise Invalid(_("Please choose what it is about."), field="category")
    return fallback_of(category), category


def last_resort() -> Category:
    """The category for what nobody and no rule has classified: the last tile (其他 stands there).

    Raises `Invalid` where no category is in use.
    """
    category = Category.objects.filter(active=True).order_by("-position", "-code").first()
    if category is None:
        raise Invalid(_("No category is in use. An administrator has to set one up."), field="category")
    return category


def fallback_of(category: Category) -> Service | None:
    """The service that stands in where only the category is known."""
    return (
        Service.objects.select_related("category", "job_type__crew", "job_type__standard")
        .filter(category=category, is_fallback=True, active=True)
        .first()
    )


def kind_of(request: ServiceRequest) -> str:
    """What a request is about in words of the catalogue: the service, where it is offered to everybody.

    The category where only that is known. Nothing of it was written by a person who asked.
    """
    service = request.service
    return str(service if service and service.public and not service.is_fallback else request.category)


def standard_of(service: Service | None) -> ServiceStandard | None:
    """The standard of the service's job type, else the default one, else none."""
    if service and service.job_type and service.job_type.standard:
        return service.job_type.standard
    return ServiceStandard.objects.filter(is_default=True).first()


def pausing_reasons(standard: ServiceStandard | None, priority: str) -> dict[str, list[str]]:
    """For each kind of target the hold reasons that pause its clock at this priority."""
    targets = StandardTarget.objects.filter(standard=standard, priority=priority) if standard else []
    return {target.kind: sorted(target.pausing_reasons) for target in targets}
