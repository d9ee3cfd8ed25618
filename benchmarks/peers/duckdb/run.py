"""Run the study: `tools/peers.sh duckdb`."""

from benchmarks.peers.analyses import run

if __name__ == "__main__":
    run("duckdb")
