"""`python -m gptoss_writer` is the same program as `gptoss-writer`."""

import sys

from gptoss_writer.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
