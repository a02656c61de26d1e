"""What a worker's process has used up to now."""

import os
import resource


def cpu_s() -> float:
    """Return the seconds of processor time."""
    used = os.times()
    return used.user + used.system


def memory_mb() -> int:
    """Return the largest memory, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
