"""Plans and backtests of a site of the workspace, from its site file, its readings and the tariff."""
