"""`python -m scripts` is `counterfoil`."""

from scripts.cli import main

if __name__ == "__main__":
    main()
