"""Settings of the test suite: a cluster and folders of its own, never those of a running houqin."""

import os
import tempfile
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="houqin-tests-"))
SERVER_URL = os.environ.pop("HOUQIN_TEST_DATABASE_URL", "")
for _name in [name for name in os.environ if name.startswith("HOUQIN_")]:
    del os.environ[_name]
os.environ["HOUQIN_DATA_DIR"] = str(SCRATCH)
os.environ["HOUQIN_DATABASE_URL"] = SERVER_URL
os.environ["HOUQIN_LOG"] = "error"

from houqin.config.settings import *  # noqa: E402, F403
from houqin.config.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PUBLIC_URL = "http://testserver"
CSRF_TRUSTED_ORIGINS = ["http://testserver"]
DATABASES["default"]["TEST"] = {"NAME": f"houqin_test_{os.getpid()}"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
