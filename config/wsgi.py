"""What gunicorn serves."""

from django.core.wsgi import get_wsgi_application

from config.start import settings_or_exit

GIVE_UP = 4  # the status of a worker after which gunicorn starts no other one; gunicorn.conf.py refuses sooner
settings_or_exit(GIVE_UP)
application = get_wsgi_application()
