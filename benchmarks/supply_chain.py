"""A supply chain with loops solved for the footprint of every product, against the bare series of the same matrix."""

import sys
import time

import numpy as np
import polars as pl

from benchmarks.tables import Row, Setting
from wattstone.programme.suppliers.chain.network import network
from wattstone.programme.suppliers.chain.solve import TOLERANCE, footprints

LIMIT = 5.0  # s
NODES, LINKS, SMALL = 200_000, 1_000_000, 100


def chain(nodes: int, links: int, *, back: float = 0.05, need: float = 0.95, seed: int = 8) -> pl.DataFrame:
    """Random links, some of which go back, in mixed units; each product needs `need` of its worth."""
    random = np.random.default_rng(seed)
    one, other = random.integers(0, nodes, links), random.integers(0, nodes, links)
    kept = one != other
    low, high = np.minimum(one, other)[kept], np.maximum(one, other)[kept]
    turned = random.random(len(low)) < back
    component, parent = np.where(turned, high, low), np.where(turned, low, high)
    amount = random.random(len(low))
    amount *= need / np.bincount(parent, amount, nodes)[parent]
    units = np.exp(random.normal(0, 2, nodes))
    names = np.array([f"P{number:06d}" for number in random.permutation(nodes)])
    return pl.DataFrame(
        {
            "parent": names[parent].tolist(),
            "component": names[component].tolist(),
            "amount": amount * units[component] / units[parent],
        }
    )


def run(setting: Setting) -> list[Row]:
    """Rows of the table."""
    share = SMALL if setting.small else 1
    bill = chain(NODES // share, LINKS // share)
    began = time.perf_counter()
    made = network(bill)
    built = time.perf_counter() - began
    direct = np.random.default_rng(9).random(len(made.products))
    began, used = time.perf_counter(), time.process_time()
    solved = footprints(made, direct)
    ours, worked = time.perf_counter() - began, time.process_time() - used
    began = time.perf_counter()
    term, total, rounds = direct, direct.copy(), 0
    while np.max(np.abs(term) / total) > 1e-14 and rounds < 10_000:
        term = made.inputs @ term
        total += term
        rounds += 1
    bare = time.perf_counter() - began
    apart = float(np.max(np.abs(solved.values - total) / total))
    sys.stderr.write(f"  worked {worked:.1f} CPU-s; built in {built:.1f} s; at most {apart:.1e} from the series\n")
    return [
        Row(
            what=f"supply chain: footprints of {len(direct):,} products with {made.inputs.nnz:,} links and loops, "
            f"residual {solved.residual:.0e}, proved to converge",
            ours=f"{ours:.1f} s", bare=f"{bare:.1f} s (bare series, {rounds} rounds, no proof)",
            ratio=f"{ours / bare:.2g}", limit=f"{LIMIT:.0f} s, {TOLERANCE:.0e}",
            kept=ours <= LIMIT and solved.residual <= TOLERANCE,
        )
    ]  # fmt: skip
