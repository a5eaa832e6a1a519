"""The command line: the same desk functions as the screens, for scripts, auditors and installers.

Nothing heavy is imported before a command runs, so that `--help` answers at once.
"""
