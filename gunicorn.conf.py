"""What gunicorn reads by itself when it is started in this folder, and `manage.py up` by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # gunicorn's own program looks in its own folder only

from config.start import settings_or_exit

settings_or_exit()  # here, in the master: a worker that ends at once would be started again
