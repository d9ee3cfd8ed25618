"""What is declared: requirement lists as dated data, answers with their evidence, statements, and their checks.

A requirement of a standard names *topics*; a topic is answered once, by a text, figures or tables, so that one answer
serves several standards. A `Statement` is a view of the workspace: no number in it is typed, all are figures.
"""
