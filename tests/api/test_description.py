"""The description of the API: kept as a snapshot, and true of every operation."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client
from ninja import Router
from ninja.params.models import BodyModel
from pydantic import BaseModel

from houqin.accounts.permissions import PERMISSIONS
from houqin.api.access import NEEDS, SIGNED_IN, STAFF
from houqin.api.auth import Bearer
from houqin.api.inputs import Input
from houqin.api.main import HouseAPI, api
from houqin.api.openapi import PROBLEMS

SNAPSHOT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
DESCRIBED: dict[str, Any] = json.loads(SNAPSHOT.read_text())
OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
]


def test_the_snapshot_is_what_the_api_says() -> None:
    """`make snapshot` writes it after an intended change."""
    out = StringIO()
    call_command("openapi", stdout=out)

    assert out.getvalue() == SNAPSHOT.read_text()


def test_the_description_is_served(db: None) -> None:
    answer = Client().get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json() == DESCRIBED
    assert answer.json()["openapi"].startswith("3.1")


def test_no_operation_goes_without_a_token_and_a_declared_right() -> None:
    operations = api.operations()

    assert {operation.operation_id for _path, operation in operations} == NEEDS.keys()
    for _path, operation in operations:
        (callback,) = operation.auth_callbacks
        assert isinstance(callback, Bearer)
        assert callback.needs == NEEDS[str(operation.operation_id)]


def test_rights_of_operations_exist() -> None:
    unknown = {right for needed in NEEDS.values() for right in needed} - PERMISSIONS.keys()

    assert unknown <= {SIGNED_IN, STAFF}


def test_an_open_operation_stops_the_start() -> None:
    leaky, router = HouseAPI(urls_namespace="leaky"), Router()
    leaky.add_router("", router)

    @router.post("/open")
    def anybody(request: HttpRequest) -> None: ...

    with pytest.raises(RuntimeError, match="needs a token"):
        leaky.refuse_open_operations()


def test_every_body_takes_exactly_what_it_says() -> None:
    bodies = [
        field.annotation
        for _path, operation in api.operations()
        for model in operation.models
        if issubclass(model, BodyModel)
        for field in model.model_fields.values()
    ]

    assert bodies
    for body in bodies:
        assert isinstance(body, type)
        assert issubclass(body, Input)
        assert body.model_config.get("extra") == "forbid"
        assert body.model_config.get("strict") is True
        assert issubclass(body, BaseModel)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_declares_its_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    for status in PROBLEMS:
        name = operation["responses"][str(status)]["$ref"].rpartition("/")[2]
        content = DESCRIBED["components"]["responses"][name]["content"]
        assert list(content) == ["application/problem+json"]


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_write_documents_its_keys(path: str, method: str, operation: dict[str, Any]) -> None:
    refs = {parameter.get("$ref", "").rpartition("/")[2] for parameter in operation["parameters"]}

    assert ("IdempotencyKey" in refs) == (method == "post")
    assert ("IfMatch" in refs) == (method != "get" and "{" in path)
    assert operation["security"] == [{"Bearer": []}]
    assert operation["description"]
