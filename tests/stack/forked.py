"""A program for the tests of stack/forks.py: it says who imported it and who it is, then waits to be stopped."""

import json
import os
import signal
import sys

from tests.stack import imported

if __name__ == "__main__":
    said = {"imported_by": imported.BY, "session": os.getsid(0), "arguments": sys.argv[1:]}
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stderr.write(f"{sys.argv[1]} complains\n")
    signal.pause()
