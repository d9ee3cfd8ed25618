"""A client of the API: typed, small, for scripts and notebooks.

    from wattstone.interfaces.client import Client

    with Client("https://energy.example.org", key="wsk_...", organisation="acme") as client:
        for site in client.sites(country="CN"):
            print(site.id, site.name)
        job = client.wait(client.take_in(client.upload("readings.csv"), confirmed=True))

Lists are iterators, which ask for the next page when they come to it. Whatever may be sent twice is: with the same
idempotency key, so that it is done once. Errors carry the findings that the server gave.

    WattstoneError
      ApiError            what the server refused: `status`, `title`, `findings`
        NotSignedIn       401
        NotAllowed        403
        NotFound          404
        Conflict          409
        Changed           412, 428: read it again before you change it
        Refused           422, 413, 415, 400: `pointers` name the fields
        TooMany           429
        ServerFault       500 and above
      Unreachable         the server did not answer
      JobFailed           a job that was waited for failed or was cancelled: `job`
"""

from wattstone.interfaces.client.client import Client
from wattstone.interfaces.client.errors import (
    ApiError,
    Changed,
    Conflict,
    JobFailed,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    ServerFault,
    TooMany,
    Unreachable,
)
from wattstone.interfaces.client.records import Job, Upload, UploadedFile

__all__ = [
    "ApiError",
    "Changed",
    "Client",
    "Conflict",
    "Job",
    "JobFailed",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Refused",
    "ServerFault",
    "TooMany",
    "Unreachable",
    "Upload",
    "UploadedFile",
]
