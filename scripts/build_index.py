"""Builds the index, or brings it up to date: what `qa index` does.

scripts/build_index.py [FOLDER] [--index DIR] [--model NAME] [--force]
"""

import sys

from qa.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["index"]
    main()
