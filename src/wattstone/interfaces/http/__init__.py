"""The API: what the command line does, over HTTP, under `/api/v1/organisations/{tenant}/...`.

`build_api(service)` makes the application that `app` mounts at `/api/v1`; `problems` is how it says no, `paging` how it
gives long lists.
"""

from wattstone.interfaces.http.router import PREFIX, build_api, build_router

__all__ = ["PREFIX", "build_api", "build_router"]
