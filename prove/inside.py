"""`python -m prove.inside MODULE FOLDER`: runs a part of the proof that needs Django and the house's own services."""

import os
import sys
from importlib import import_module
from pathlib import Path

import django


def main() -> None:
    """This will start Django and call the module's `main` with the proof's folder and the words after it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    module, folder, *words = sys.argv[1:]
    import_module(f"prove.{module}").main(Path(folder), *words)


if __name__ == "__main__":
    main()
