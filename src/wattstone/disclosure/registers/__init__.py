"""The register of climate risks and opportunities, exposed amounts, capital, pay and internal prices."""
