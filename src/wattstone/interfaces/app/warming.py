"""What the first reader would wait for, made ready once people can come: the bundle of charts, estates."""

import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wattstone.interfaces.serving.service import Service

__all__ = ["begin_warming", "warm"]

LOG = logging.getLogger("wattstone.server")


def begin_warming(service: "Service") -> threading.Thread:
    """Make it ready in a thread of its own, which nobody waits for; return the thread."""
    thread = threading.Thread(target=warm, args=(service,), name="warming", daemon=True)
    thread.start()
    return thread


def warm(service: "Service") -> None:
    """Make ready what takes its time, one thing after the other; what fails is made when it is asked for.

    Parameters
    ----------
    service : Service
        Whose folder keeps the bundle, and whose tenants' estates are made, as many as are kept.
    """
    try:
        from wattstone.interfaces.serving.estates import MOST
        from wattstone.interfaces.web.static import BUNDLE, CACHE, shelf

        bundle = shelf().find(BUNDLE, service.root / CACHE)
        if bundle is not None:
            _ = bundle.packed  # kept once it was made
        for tenant in service.tenants()[:MOST]:
            whole = service.whole(tenant.id)
            service.estates.get(tenant.id, whole, whole)
    except Exception as error:
        # Among what may happen: the service was closed meanwhile, or a lake is away. Whoever asks is told then.
        LOG.info("server.not_warm", extra={"fields": {"error": f"{type(error).__name__}: {error}"}})
