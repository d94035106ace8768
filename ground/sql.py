"""SQL kept in files beside an app, run by its migrations."""

from pathlib import Path

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunSQL


def run_files(folder: Path, *names: str, undo: str) -> RunSQL:
    """A migration's operation that runs the files `names` of `folder` in order; `undo` takes it all back."""
    return RunSQL("\n".join((folder / name).read_text() for name in names), undo)


def grant_runtime(editor: BaseDatabaseSchemaEditor, *, readable: list[str], functions: list[str]) -> None:
    """Leave the runtime role SELECT on `readable` (tables and views) and EXECUTE on `functions`, and no more.

    Everybody else loses what they had. Where the role does not exist, or is the one that migrates (a hand-made
    single-role database), only PUBLIC is shut out; production refuses equal roles at its start.
    """
    role = settings.LEDGER_RUNTIME_ROLE
    quoted = editor.quote_name(role)
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        (separate,) = cursor.fetchone() or (0,)
    for name in readable:
        editor.execute(f"REVOKE ALL ON {name} FROM PUBLIC")
        if separate:
            editor.execute(f"REVOKE ALL ON {name} FROM {quoted}")
            editor.execute(f"GRANT SELECT ON {name} TO {quoted}")
    for name in functions:
        if separate:
            editor.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {quoted}")


def shut_functions(editor: BaseDatabaseSchemaEditor, prefix: str) -> None:
    """Take EXECUTE on every function whose name starts with `prefix` from PUBLIC, who has it by default."""
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, %s)",
            [prefix],
        )
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        editor.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
