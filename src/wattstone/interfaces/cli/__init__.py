"""The command line. Every command on a workspace takes it as its first argument.

Exit codes: 0 done, also with warnings; 1 a check found something (`verify`, `--check`); 2 the input was refused; 3 the
system failed.
"""

from wattstone.interfaces.cli.app import app, main

__all__ = ["app", "main"]
