"""Figures for Prometheus: what this process answered, and how the house stands."""

import os
import time
from collections.abc import Callable, Iterator

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from houqin.desk.models import ServiceRequest
from houqin.desk.queries.requests import overdue
from houqin.insight.installation import installation
from houqin.intake.queries.inbound import put_aside
from houqin.kernel import clock
from houqin.notify.queries.outbox import outbox_state
from houqin.notify.queries.returns import suspended_count
from houqin.work.models import WorkOrder

Handler = Callable[[HttpRequest], HttpResponse]
AREAS = frozenset({"api", "desk", "work", "jobs", "insight", "setup", "accounts", "t", "q", "static"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

REGISTRY = CollectorRegistry(auto_describe=False)
ANSWERS = Counter(
    "houqin_http_requests",
    "Requests answered by this process.",
    ["area", "method", "status", "process"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "houqin_http_request_seconds",
    "How long they took in this process.",
    ["area", "process"],
    buckets=BUCKETS,
    registry=REGISTRY,
)


def counted(get_response: Handler) -> Handler:
    """Count every answer and how long it took, by the first part of its address."""
    process = str(os.getpid())

    def middleware(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = get_response(request)
        first = request.path.split("/", 2)[1]
        area = first if first in AREAS else "other"
        method = request.method if request.method in METHODS else "other"
        ANSWERS.labels(area, method, f"{response.status_code // 100}xx", process).inc()
        SECONDS.labels(area, process).observe(time.perf_counter() - begun)
        return response

    return middleware


def written() -> bytes:
    """Everything in the text format of Prometheus."""
    return generate_latest(REGISTRY)


class House(Collector):
    """How the house stands, read from the database when it is asked for."""

    def collect(self) -> Iterator[Metric]:
        """Requests and orders by state, what is overdue, jobs, mail."""
        yield _by_state("houqin_requests", "Requests by state.", ServiceRequest)
        yield _by_state("houqin_work_orders", "Work orders by state.", WorkOrder)
        late = ServiceRequest.objects.filter(overdue(clock.now())).count()
        yield _gauge("houqin_requests_overdue", "Open requests past their due time.", late)
        now, mail, there = clock.now(), outbox_state(), installation()
        yield _gauge("houqin_jobs_waiting", "Jobs that are due.", there.jobs_waiting)
        yield _gauge("houqin_jobs_failed", "Jobs that failed for good.", there.jobs_failed)
        yield _gauge(
            "houqin_job_age_seconds", "How long the oldest due job waits.", there.oldest_job_seconds or 0
        )
        yield _gauge("houqin_workers", "Workers that showed life in the last 30 s.", there.workers)
        yield _gauge("houqin_outbox_waiting", "Mail that waits.", mail.waiting)
        yield _gauge("houqin_outbox_failed", "Mail that could not be sent.", mail.failed)
        yield _gauge("houqin_mail_put_aside", "Mail put aside for a person.", put_aside().count)
        yield _gauge("houqin_mail_addresses_suspended", "Addresses that return mail.", suspended_count())
        age = max(0, int((now - mail.oldest_due).total_seconds())) if mail.oldest_due else 0
        yield _gauge("houqin_outbox_age_seconds", "How long the oldest unsent mail has been due.", age)
        yield _gauge("houqin_database_bytes", "Size of the database.", there.database_size)


def _by_state(name: str, text: str, model: type[ServiceRequest | WorkOrder]) -> Metric:
    found = GaugeMetricFamily(name, text, labels=["state"])
    rows = model._default_manager.order_by().values_list("status").annotate(count=Count("pk"))  # noqa: SLF001
    counts = dict(rows)
    for state in model.Status.values:
        found.add_metric([state], counts.get(state, 0))
    return found


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


REGISTRY.register(House())
