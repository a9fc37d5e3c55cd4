"""The description of the API: what Ninja knows, and what holds for every operation."""

import json
from http import HTTPStatus
from typing import Any

from houqin.api.problems import PROBLEM

Document = dict[str, Any]

PROBLEMS = {
    400: "The body is not JSON, or the upload cannot be read.",
    401: "No token, or one that opens nothing any more.",
    403: "The token may only read, or its person has no right to this.",
    404: "There is nothing here, or it is not visible to the caller: both look the same.",
    405: "The address does not answer to this method; see the header `Allow`.",
    409: "The thing has moved on, a rule says no, or the same `Idempotency-Key` is being worked on.",
    412: "`If-Match` names another version than the present one.",
    413: "The body or file is too large.",
    422: "The input is wrong; `errors` names the members. Or the `Idempotency-Key` came with another body.",
    503: "The database cannot be reached; try again after `Retry-After` seconds.",
}

PROBLEM_SHAPE: Document = {
    "title": "Problem",
    "description": "An error as RFC 9457 describes it.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, for a person, in their language."},
        "code": {"type": "string", "description": "What is wrong, for a program; does not change."},
        "errors": {
            "type": "array",
            "description": "The members of the input that are wrong.",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}

IDEMPOTENCY_KEY: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any 1 to 200 printable characters, new for each intent. The same key with the same body"
    " has its effect once for 24 hours and gets the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}

IF_MATCH: Document = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` that was read. Where it is not the present one any more: 412, and nothing is"
    " written.",
    "schema": {"type": "string", "maxLength": 200, "pattern": '^(\\*|W/"[!#-~]*")$'},
}

ETAG: Document = {
    "description": "The version of the thing, for `If-Match`.",
    "required": True,
    "schema": {"type": "string"},
}


def completed(document: Document) -> Document:
    """The description with problems, keys and versions on every operation, sorted as it is kept."""
    described: Document = _without_titles(json.loads(json.dumps(document, default=str)))
    for methods in described["paths"].values():
        for method, operation in methods.items():
            _complete(operation, method)
    components = described["components"]
    shapes = {name: shape for name, shape in components["schemas"].items() if not name.endswith("Query")}
    components["schemas"] = dict(sorted({**shapes, "Problem": PROBLEM_SHAPE}.items()))
    components["responses"] = {_name(status): _problem(status) for status in PROBLEMS}
    components["parameters"] = {"IdempotencyKey": IDEMPOTENCY_KEY, "IfMatch": IF_MATCH}
    del described["servers"]
    return described


def _complete(operation: Document, method: str) -> None:
    parameters: list[Document] = operation["parameters"]
    named = any(parameter["in"] == "path" for parameter in parameters)
    for parameter in parameters:
        parameter["schema"] = _without_null(parameter["schema"])
    if method == "post":
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if method != "get" and named:
        parameters.append({"$ref": "#/components/parameters/IfMatch"})
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["schema"].pop("default", None)
    for response in operation["responses"].values():
        shape = response.get("content", {}).get("application/json", {}).get("schema", {})
        if shape.get("$ref", "").endswith("Detail"):
            response["headers"] = {"ETag": ETAG}
    for status in PROBLEMS:
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{_name(status)}"}


def _problem(status: int) -> Document:
    return {
        "description": PROBLEMS[status],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _name(status: int) -> str:
    return HTTPStatus(status).name.title().replace("_", "")


def _without_null(schema: Document) -> Document:
    """A parameter that may be left out is not null when it is there."""
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    if schema.get("default", "") is None:
        del schema["default"]
    return {**kinds[0], **schema} if len(kinds) == 1 else {**schema, **({"anyOf": kinds} if kinds else {})}


def _without_titles(found: Any) -> Any:
    """Leave out the titles pydantic makes of names: they say nothing new."""
    if isinstance(found, list):
        return [_without_titles(entry) for entry in found]
    if not isinstance(found, dict):
        return found
    kept = {name: value for name, value in found.items() if not (name == "title" and _is_schema(found))}
    return {name: _without_titles(value) for name, value in kept.items()}


def _is_schema(found: Document) -> bool:
    return isinstance(found["title"], str) and not found.keys().isdisjoint(
        {"type", "anyOf", "$ref", "enum", "const"}
    )
