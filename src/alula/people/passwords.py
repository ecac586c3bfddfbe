"""What a new password has to be, said in the reader's language where Django has no Chinese for it."""

from __future__ import annotations

from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, override

from alula.kernel.texts import LANGUAGES, Texts, pick
from alula.people.models import User

DJANGO_LANGUAGE = {"zh": "zh-hans", "en": "en"}

_SHORT = {
    "zh": "密码太短，至少要有 {least} 个字符。",
    "en": "This password is too short. It must have at least {least} characters.",
}
_SIMILAR = {
    "zh": "密码与邮箱太相似。",
    "en": "This password is too similar to the e-mail address.",
}


class LongEnough(MinimumLengthValidator):
    """Django's own, worded by us."""

    def get_error_message(self) -> str:
        """The sentence in the language that is spoken now."""
        return pick(_SHORT, get_language() or "zh").format(least=self.min_length)


class NotLikeTheAddress(UserAttributeSimilarityValidator):
    """Django's own, worded by us."""

    def get_error_message(self) -> str:
        """The sentence in the language that is spoken now."""
        return pick(_SIMILAR, get_language() or "zh")


def weaknesses(password: str, user: User) -> Texts | None:
    """Why a password will not do, in each language; None when it will."""
    said = {language: _said(password, user, language) for language in LANGUAGES}
    return said if said["zh"] else None


def _said(password: str, user: User, language: str) -> str:
    with override(DJANGO_LANGUAGE[language]):
        try:
            validate_password(password, user)
        except ValidationError as error:
            return ("" if language == "zh" else " ").join(error.messages)
    return ""
