"""Migrations free of wording noise: labels, help texts and choices never enter their state."""

from typing import Any

import pgtrigger.migrations
from django.db import models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

NOISE = ("verbose_name", "verbose_name_plural", "help_text", "choices")


def _is_ours(model: Any) -> bool:
    """True for the models of this project; the migrations of libraries keep their wording."""
    return model is not None and model.__module__.startswith("houqin.")


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
        if not _is_ours(getattr(self, "model", None)):
            return name, path, list(args), kwargs
        return name, path, list(args), {key: value for key, value in kwargs.items() if key not in NOISE}

    models.Field.deconstruct = quiet  # type: ignore[method-assign, assignment]
    models.Field.houqin_quiet = True  # type: ignore[attr-defined]
    from_model = migration_state.ModelState.from_model.__func__  # type: ignore[attr-defined]

    def quiet_from_model(cls: Any, model: Any, exclude_rels: bool = False) -> Any:  # noqa: FBT001, FBT002
        found = from_model(cls, model, exclude_rels)
        if not _is_ours(model):
            return found
        for key in ("verbose_name", "verbose_name_plural"):
            found.options.pop(key, None)
        return found

    migration_state.ModelState.from_model = classmethod(quiet_from_model)  # type: ignore[assignment]


class InstallTriggers(Operation):
    """Install every trigger that the models of this app carry in the migration's state.

    For an initial migration whose models are made with their triggers among the options: one
    operation in place of one for each trigger, each of which would build all models anew.
    """

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the models carry their triggers already."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run what installs them."""
        for (label, _name), model in sorted(to_state.models.items()):
            if label == app_label:
                for trigger in model.options.get("triggers", []):
                    schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Do nothing: the tables take their triggers along."""

    def describe(self) -> str:
        """What `migrate` prints."""
        return "Install the triggers of the app's tables"


class AddTrigger(pgtrigger.migrations.AddTrigger):
    """Install one trigger with its SQL alone.

    The library's own operation builds the model, and all that are tied to it, anew for each trigger.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Enter the trigger among the model's options; nothing else of the state changes."""
        options = state.models[app_label, self.model_name].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run what installs it."""
        schema_editor.execute(self.trigger.install_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run what removes it."""
        schema_editor.execute(self.trigger.uninstall_sql, params=None)
