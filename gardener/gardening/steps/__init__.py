"""Family: the steps of a night, one module each.

NEEDS        the parts of the night that must be known before
run(tended)  the night with what the step found out, and what it says
"""
