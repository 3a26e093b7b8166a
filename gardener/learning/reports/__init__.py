"""What `gardener learn` has to say, in each of its forms: `render(learned) -> str`."""
