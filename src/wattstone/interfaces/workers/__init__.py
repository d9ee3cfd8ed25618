"""Who runs functions over partitions: this process, several processes, or a dask cluster.

All of them fulfil `wattstone.workflows.ports.Workers`; `workers_from` chooses one by its address.
"""

from wattstone.interfaces.workers.choose import workers_from
from wattstone.interfaces.workers.cluster import DaskCluster
from wattstone.interfaces.workers.in_process import InProcess
from wattstone.interfaces.workers.processes import LocalProcesses

__all__ = ["DaskCluster", "InProcess", "LocalProcesses", "workers_from"]
