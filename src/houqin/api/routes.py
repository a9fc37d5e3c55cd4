"""Routes of one area of the API."""

from collections.abc import Callable
from typing import Any

from ninja import Router

from houqin.api.auth import Bearer


class Area(Router):
    """Routes of one area. An operation is named like its function and lets in whom `access.NEEDS` says."""

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], **facts: Any
    ) -> None:
        """Enter a route; raises `KeyError` for a function that the table does not know."""
        name = view_func.__name__
        super().add_api_operation(
            path, methods, view_func, **{**facts, "auth": Bearer(name), "operation_id": name}
        )
