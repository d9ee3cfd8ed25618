"""Run every benchmark, or those that are named, one after the other: `python -m benchmarks [NAME...]`."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run them, each in a process of its own, so that no peak of memory hides another; the worst exit code is ours."""
    known = {path.stem: path for path in sorted(HERE.glob("[!_]*.py"))}
    unknown = [name for name in sys.argv[1:] if name not in known]
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    codes = [0]
    for name in sys.argv[1:] or known:
        print(f"== {name}", flush=True)
        codes.append(subprocess.run([sys.executable, str(known[name])], cwd=HERE.parent, check=False).returncode)
    return max(map(abs, codes))


if __name__ == "__main__":
    sys.exit(main())
