"""Who may do what: roles, acts, scopes and principals. The guard around a workspace is in `access.guard`.

Forbidden     2   what was asked for is more than the one who asks may do
"""

from wattstone.workflows.access.policy import (
    EVERYWHERE,
    LOCAL,
    POLICY,
    WRITING,
    Act,
    Forbidden,
    Principal,
    Role,
    Scope,
    require,
)

__all__ = ["EVERYWHERE", "LOCAL", "POLICY", "WRITING", "Act", "Forbidden", "Principal", "Role", "Scope", "require"]
