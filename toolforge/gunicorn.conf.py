# SPDX-License-Identifier: AGPL-3.0-or-later
"""gunicorn on Toolforge: the tool's settings, and an address that the platform's proxy reaches.

gunicorn -c toolforge/gunicorn.conf.py
"""

import os

from service.web.serving import *  # noqa: F403 - gunicorn reads the names of this module

bind = f"0.0.0.0:{os.environ['PORT']}"
