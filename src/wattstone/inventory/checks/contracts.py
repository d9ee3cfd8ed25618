"""Every contract in force serves the energy of the year, or it is said why not."""

from wattstone.inventory.checks.model import Checked, CheckInputs, finding

__all__ = ["check_contracts"]


def check_contracts(inputs: CheckInputs) -> list[Checked]:
    """Contracts and certificates in force that serve nothing of the year.

    Parameters
    ----------
    inputs : CheckInputs
        `contracts` and `year`.

    Returns
    -------
    list of Checked
        Each tells: a contract that carries no claim leaves the total as it is without it, so that nothing is wrong,
        and whoever bought it has to know.
    """
    return [
        Checked(
            check="contracts",
            severity="tells",
            key=f"contracts:{row['instrument']}",
            finding=finding(
                "contracts",
                f"contract '{row['instrument']}'",
                found="it is in force and serves nothing of {year}: {why}",
                expected="energy of {year} that it serves, or that it is known to serve none",
                remedy="complete or correct what is said of it with `wattstone contract add`; what was bought for "
                "another year stays as it is",
                severity="tells",
                year=inputs.year,
                why=row["reason"],
            ),
        )
        for row in inputs.contracts.to_dicts()
    ]
