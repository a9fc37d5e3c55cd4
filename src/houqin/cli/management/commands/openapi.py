"""`houqin openapi`: the description of the API, as its snapshot keeps it."""

import json
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from houqin.cli.base import HouqinCommand


class Command(HouqinCommand):
    """Prints what `/api/v1/openapi.json` answers, in the form of `docs/reference/openapi.json`."""

    words = ("openapi",)

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Take the API from where the addresses are put together: the interfaces do not know each other."""
        described = import_string(f"{settings.ROOT_URLCONF}.api").get_openapi_schema()
        self.stdout.write(json.dumps(described, ensure_ascii=False, indent=1))
