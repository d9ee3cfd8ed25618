"""Choosing workers by their address."""

import re
from collections.abc import Mapping

from wattstone.base import Finding, InputRefused
from wattstone.base.threads import processors
from wattstone.interfaces.workers.cluster import DaskCluster
from wattstone.interfaces.workers.in_process import InProcess
from wattstone.interfaces.workers.processes import LocalProcesses
from wattstone.workflows.ports import Workers

__all__ = ["workers_from"]

MOST = 1024


def workers_from(address: str | None) -> Workers:
    """The workers at an address.

    Parameters
    ----------
    address : str or None
        Nothing: this process. `local`: as many processes of this machine as there are processors for them;
        `processes:4`: that many. `tcp://127.0.0.1:8786` or `tls://host:8786`: an existing dask scheduler.

    Returns
    -------
    Workers
        To be closed, best by `with`.

    Raises
    ------
    InputRefused
        If the address is none of these, or `tcp://` leads beyond this machine.
    WattstoneError
        If there is no scheduler at the address.
    """
    address = (address or "").strip()
    if not address:
        return InProcess()
    if address == "local":
        return LocalProcesses(processors())
    if re.fullmatch(r"processes:[0-9]{1,4}", address) and 1 <= (count := int(address.partition(":")[2])) <= MOST:
        return LocalProcesses(count)
    if "://" in address:
        return DaskCluster(address)
    params: Mapping[str, str] = {"address": address}
    raise InputRefused(
        [
            Finding(
                code="workers.address",
                place="workers",
                found="'{address}' is no address of workers",
                expected="nothing, local, processes:N, tcp://127.0.0.1:PORT or tls://HOST:PORT",
                remedy="leave --workers out to work in this process",
                params=params,
            )
        ]
    )
