"""What people keep saying becomes rules: feedback, theme, route, proposal, proof."""
