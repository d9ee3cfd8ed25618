"""What a person or a key may do in an organisation, as things stand now."""

from wattstone.workflows.access import POLICY, Act, Principal, Role, Scope
from wattstone.workflows.accounts.ports import KeyLike, MemberLike, PersonLike

__all__ = ["principal_of_key", "principal_of_person"]


def principal_of_person(person: PersonLike, member: MemberLike) -> Principal:
    """A person with the role of a membership."""
    role = Role(member.role)
    scope = Scope(member.sites, member.spaces)
    return Principal(
        id=person.id, name=person.name, kind="person", tenant=member.tenant, role=role, scope=scope, acts=POLICY[role]
    )


def principal_of_key(key: KeyLike, owner: MemberLike | None = None) -> Principal:
    """A key: never more than it was given, and never more than whoever made it may now.

    Parameters
    ----------
    key : ApiKey
        Neither void nor expired.
    owner : Membership or None
        Of the person who made it; None for a key that was made on the machine itself.
    """
    role, scope = Role(key.role), Scope(key.sites, key.spaces)
    acts = POLICY[role] if key.acts is None else POLICY[role] & {Act(one) for one in key.acts if one in set(Act)}
    if owner is not None:
        acts &= POLICY[Role(owner.role)]
        scope = _within(scope, Scope(owner.sites, owner.spaces))
    return Principal(id=key.id, name=key.name, kind="key", tenant=key.tenant, role=role, scope=scope, acts=acts)


def _within(scope: Scope, outer: Scope) -> Scope:
    """What two scopes have in common, as they are written."""
    if outer.sites is None:
        return scope
    if scope.sites is None:
        return outer
    return Scope(scope.sites & outer.sites, scope.spaces & outer.spaces)
