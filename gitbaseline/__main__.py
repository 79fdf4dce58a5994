"""The program ``git-baseline``, also reached as ``python -m gitbaseline``."""

import gc

gc.disable()  # nothing dies while modules load; looking for it is a tenth of the start

from gitbaseline.cli.main import main  # noqa: E402

if __name__ == "__main__":
    main()
