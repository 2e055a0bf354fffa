"""``python -m bgpolitics_ner``: the command line without its entry point."""

from bgpolitics_ner.cli import main

if __name__ == "__main__":
    main()
