"""What a web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.settings")

application = get_wsgi_application()

# Pages ring the doorbell: they need the Celery that knows where the broker is.
import bangfu.celery  # noqa: E402, F401
