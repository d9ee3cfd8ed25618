"""Waste and its routes, circular economy, communities, neutrality statements and water.

Gases by volume 5 of the 2006 IPCC Guidelines, kept apart until the GWP set is chosen; biogenic CO2 is a memo, avoided
emissions stand on a line of their own, and no life-cycle factor enters a sum.
"""
