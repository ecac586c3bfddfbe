"""Django with the record alone, for processes that tests start; the databases are those of the site's settings."""

from alula.site import settings

DATABASES = settings.DATABASES

SECRET_KEY = "tests"
INSTALLED_APPS = ["alula.kernel", "alula.record"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
