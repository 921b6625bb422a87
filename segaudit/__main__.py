"""``python -m segaudit``."""

from segaudit.cli import main

if __name__ == "__main__":
    main()
