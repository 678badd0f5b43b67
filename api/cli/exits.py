"""What the exit code of every command means."""

from enum import IntEnum


class Exit(IntEnum):
    """YES: done, or the answer is yes. NO: not licensed, not found, does not verify."""

    YES = 0
    NO = 1
    USAGE = 2
    OUTSIDE = 3
