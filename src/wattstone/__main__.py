"""`python -m wattstone`."""

from wattstone.interfaces.cli import main

if __name__ == "__main__":
    main()
