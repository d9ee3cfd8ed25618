"""Run the study: `tools/peers.sh pandas`."""

from benchmarks.peers.analyses import run

if __name__ == "__main__":
    run("pandas")
