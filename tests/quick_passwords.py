"""The settings of a server that many tests sign in to: hashing a password takes half a second, on purpose."""

from alula.site.settings import *  # noqa: F403 - everything else is the product's

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
