"""A bill of materials as a sparse matrix."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.programme.suppliers.chain.sparse import Matrix, graphs, sparse

__all__ = ["Floats", "Network", "cut", "network", "reached"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Network:
    """Products and what goes into them.

    Parameters
    ----------
    products : (n,) array of str
        Names, sorted.
    inputs : (n, n) sparse array
        Row j holds what goes into one unit of product j: at column i the amount of product i, 0 or more. [unit of i per
        unit of j]
    """

    products: npt.NDArray[np.str_]
    inputs: Matrix

    def index(self, names: pl.Series) -> npt.NDArray[np.int64]:
        """Positions of products; -1 for a name that is none of them."""
        wanted = names.to_numpy().astype(self.products.dtype if len(self.products) else str)
        if not len(self.products):
            return np.full(len(wanted), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.products, wanted), len(self.products) - 1)
        return np.where(self.products[at] == wanted, at, -1)


def network(links: pl.DataFrame, products: pl.Series | None = None) -> Network:
    """The matrix of a bill of materials; the same link twice adds up.

    Parameters
    ----------
    links : DataFrame
        `parent`, `component` (texts), `amount` (of the component for one unit of the parent, 0 or more).
    products : Series or None
        Products beyond those that links name.

    Returns
    -------
    Network

    Examples
    --------
    >>> made = network(pl.DataFrame({"parent": ["car"], "component": ["wheel"], "amount": [4.0]}))
    >>> made.products.tolist(), made.inputs.toarray().tolist()
    (['car', 'wheel'], [[0.0, 4.0], [0.0, 0.0]])
    """
    more = products if products is not None else pl.Series([], dtype=pl.String)
    named = pl.concat([links["parent"], links["component"], more.cast(pl.String)]).unique().sort()
    place = pl.DataFrame({"name": named, "at": np.arange(len(named), dtype=np.int32)})
    found = links.join(place, left_on="parent", right_on="name", how="left", maintain_order="left").join(
        place, left_on="component", right_on="name", how="left", suffix="_of", maintain_order="left"
    )
    shape = (len(named), len(named))
    made: Matrix = sparse().csr_array(
        (found["amount"].to_numpy(), (found["at"].to_numpy(), found["at_of"].to_numpy())), shape=shape
    )
    made.sum_duplicates()
    made.eliminate_zeros()
    return Network(products=named.to_numpy().astype(str), inputs=made)


def cut(one: Network, at: npt.NDArray[np.bool_]) -> Network:
    """The network without what goes into some products: those whose footprint holds their upstream already.

    Parameters
    ----------
    one : Network
    at : (n,) array of bool
        Products whose inputs are left out.

    Returns
    -------
    Network

    Examples
    --------
    >>> made = network(pl.DataFrame({"parent": ["car"], "component": ["wheel"], "amount": [4.0]}))
    >>> cut(made, np.array([True, False])).inputs.nnz
    0
    """
    kept: Matrix = (sparse().diags_array((~at).astype(np.float64)) @ one.inputs).tocsr()
    kept.eliminate_zeros()
    return Network(products=one.products, inputs=kept)


def reached(one: Network, at: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Products that some products need, through any number of others; these themselves among them.

    Parameters
    ----------
    one : Network
    at : (n,) array of bool

    Returns
    -------
    (n,) array of bool

    Examples
    --------
    >>> made = network(pl.DataFrame({"parent": ["car", "van"], "component": ["wheel", "box"], "amount": [4.0, 1.0]}))
    >>> made.products[reached(made, made.products == "car")].tolist()
    ['car', 'wheel']
    """
    n = len(at)
    if not at.any():
        return np.zeros(n, dtype=np.bool_)
    links = one.inputs.tocoo()
    first = np.flatnonzero(at)
    row, column = np.concatenate([links.coords[0], np.full(len(first), n)]), np.concatenate([links.coords[1], first])
    graph: Matrix = sparse().csr_array((np.ones(len(row)), (row, column)), shape=(n + 1, n + 1))
    walk = np.asarray(graphs().breadth_first_order(graph, n, return_predecessors=False))
    found = np.zeros(n + 1, dtype=np.bool_)
    found[walk] = True
    return found[:n]
