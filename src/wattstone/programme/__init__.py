"""What was promised: targets and measures, nature, waste, vehicles, suppliers, factories, indicators.

Seven modules of one form. Each keeps entries of a few kinds (`kinds.toml` beside its code), computes from frames of
entries alone, and returns a `ModuleReport`: lines that become figures with their evidence, tables, charts, findings.
"""
