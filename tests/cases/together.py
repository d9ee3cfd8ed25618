"""Commands of a case in one process: `python together.py LINES.json`, a list of argument lists.

What command n printed goes to `n.out` and `n.err` beside the file, its exit code to `n.code`. The first command that
does not end with 0 is the last that is run.
"""

import json
import os
import sys
from pathlib import Path

from wattstone.interfaces.cli.app import run


def main(path: Path) -> None:
    """Run every command, with its streams in files."""
    for number, line in enumerate(json.loads(path.read_text(encoding="utf-8")), 1):
        for stream, ending in ((sys.stdout, "out"), (sys.stderr, "err")):
            with path.with_name(f"{number}.{ending}").open("wb") as file:
                os.dup2(file.fileno(), stream.fileno())
        code = run(line)
        sys.stdout.flush()
        sys.stderr.flush()
        path.with_name(f"{number}.code").write_text(str(code), encoding="utf-8")
        if code:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
