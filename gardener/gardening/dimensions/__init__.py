"""Family: what areas are graded by, one module a dimension.

TITLE                    the name of its column
measure(part, evidence)  the score of an area and the numbers it follows from
score(inputs)            the score that such numbers give; None where they are no evidence
actions(part, evidence)  what would raise it, each with the inputs afterwards
"""
