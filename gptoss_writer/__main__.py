"""`python -m gptoss_writer` is the same program as `gptoss-writer`."""

from gptoss_writer.cli.main import run

if __name__ == "__main__":
    run()
