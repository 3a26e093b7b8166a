"""`python -m gardener`."""

from gardener.cli import main

if __name__ == "__main__":
    main()
