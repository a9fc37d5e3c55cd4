"""Migrations free of wording noise: labels, help texts and choices never enter their state."""

from typing import Any

from django.db import models

NOISE = ("verbose_name", "verbose_name_plural", "help_text", "choices")


def leave_wording_out() -> None:
    """Make fields and models describe themselves to the autodetector without their wording.

    Called by our `makemigrations` and `migrate` commands before they compare states. A reworded
    label or a new choice then needs no migration; the CHECK beside the choice does.
    """
    from django.db.migrations import state as migration_state  # noqa: PLC0415 - patched here only

    if getattr(models.Field, "houqin_quiet", False):
        return
    describe = models.Field.deconstruct

    def quiet(self: "models.Field[Any, Any]") -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = describe(self)
        return name, path, list(args), {key: value for key, value in kwargs.items() if key not in NOISE}

    models.Field.deconstruct = quiet  # type: ignore[method-assign, assignment]
    models.Field.houqin_quiet = True  # type: ignore[attr-defined]
    from_model = migration_state.ModelState.from_model.__func__  # type: ignore[attr-defined]

    def quiet_from_model(cls: Any, model: Any, exclude_rels: bool = False) -> Any:  # noqa: FBT001, FBT002
        found = from_model(cls, model, exclude_rels)
        for key in ("verbose_name", "verbose_name_plural"):
            found.options.pop(key, None)
        return found

    migration_state.ModelState.from_model = classmethod(quiet_from_model)  # type: ignore[assignment]
