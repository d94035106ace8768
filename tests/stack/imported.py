"""What the tests of stack/forks.py import before the fork."""

import os

BY = os.getpid()
