"""`python -m houqin.cli`: the same as the command `houqin`."""

import sys

from houqin.cli.entry import main

sys.exit(main())
