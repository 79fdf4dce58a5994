"""Run a program to its end, and print what it took, as JSON.

    python -I -S bench/spent.py PROGRAM ARGUMENT...

The system counts into a program's memory what the one that started it had, so that this one is
small. Standard input and error are the program's; what it prints is not kept.
"""

import json
import os
import sys
import time


def main() -> None:
    begin = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    spent = {
        "seconds": time.perf_counter() - begin,
        "processor": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024,
    }
    print(json.dumps(spent))
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
