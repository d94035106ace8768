"""`dev.py manage …`: Django's command line with this installation's servers, running or started for the while."""

import signal
import subprocess
import sys
from pathlib import Path

from stack import freshness
from stack.environment import ROOT
from stack.installation import DEFAULT_DATA, Installation

# Only the owner role may change the schema, as a new epoch of the books does; everything else runs with the site's
# rights.
OWNER_COMMANDS = (
    "migrate",
    "sqlmigrate",
    "makemigrations",
    "squashmigrations",
    "showmigrations",
    "optimizemigration",
    "ledger_epoch",
)
CHANGE_THE_DATABASE = (
    *OWNER_COMMANDS,
    "flush",
    "loaddata",
    "shell",
    "dbshell",
    "install_defaults",
    "seed_demo",
)


def run(arguments: list[str]) -> int:
    """This will run one management command and return its exit code. A leading `--data DIR` names the data folder."""
    data = DEFAULT_DATA
    if arguments[:1] == ["--data"] and len(arguments) > 1:
        data, arguments = arguments[1], arguments[2:]
    if arguments and arguments[0] in CHANGE_THE_DATABASE:
        freshness.forget(Path(data))
    with Installation(Path(data)).program_environment() as environment:
        if arguments and arguments[0] in OWNER_COMMANDS:
            environment = environment | {"OVATION_DB_ROLE": "owner"}
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # Ctrl-C is the command's; then the servers are stopped below
        return subprocess.call([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment)
