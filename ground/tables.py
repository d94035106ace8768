"""A migration's new tables in one go, for migrations of many tables."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

ADDITIONS = (AddConstraint, AddField, AddIndex)


class CreateTogether(Operation):
    """Creates tables with everything that the same migration adds to them.

    Django builds the classes of all related models anew after each single operation: for dj-stripe's 74, that was a
    third of a first start. Here they are built once, for the state in which all these tables are complete.
    """

    reduces_to_sql = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations
        created = {one.name_lower for one in operations if isinstance(one, CreateModel)}
        for one in operations:
            assert isinstance(one, (CreateModel, *ADDITIONS)), one
            assert isinstance(one, CreateModel) or one.model_name_lower in created, one

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add every model without building a class; the next reader of `state.apps` builds them all."""
        state.__dict__.pop("apps", None)
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create each table as it is in the end. Foreign keys are made last, whatever the tables' order."""
        for one in self._tables():
            one.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the tables."""
        for one in reversed(self._tables()):
            one.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"Create {len(self._tables())} tables together"

    def _tables(self) -> list[CreateModel]:
        return [one for one in self.operations if isinstance(one, CreateModel)]
