"""The pattern language: real Python with metavariables, compiled to closures."""
