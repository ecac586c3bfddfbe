"""`python -m alula` is the command `alula`."""

from alula.site.cli import main

if __name__ == "__main__":
    main()
