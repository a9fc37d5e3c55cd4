"""Migrations free of wording noise: labels, help texts and choices never enter their state."""

from typing import Any

from django.db import models
from django.db.migrations import CreateModel
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


class CreateTables(Operation):
    """Create the tables of an initial migration together.

    Django builds every related model anew for each table that joins the state, so that the time of a
    first start grows with the square of the tables; here the models are built once for the whole app.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, tables: list[CreateModel]) -> None:
        """Keep the tables, those that are pointed at first."""
        self.tables = tables

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Enter all models; what was built of the state before is built anew when it is asked for."""
        vars(state).pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create one table after the other; the constraints of foreign keys come at the end."""
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop them, the last one first."""
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate` prints."""
        return f"Create {len(self.tables)} tables"


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
