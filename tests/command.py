"""The command line of the project, for tests that start it as a process of its own."""

import sys

RUN = "import sys; from kg.cli import main; sys.exit(main())"
KG = [sys.executable, "-c", RUN]
