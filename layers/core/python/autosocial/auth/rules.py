"""What an account may be registered with: e-mail address, name and password rules (ASVS 5.0 V6, level 2)."""

import unicodedata

from autosocial.auth.model import (
    MAX_NAME_CHARS,
    MAX_PASSWORD_BYTES,
    MAX_PASSWORD_CHARS,
    MIN_PASSWORD_CHARS,
)
from autosocial.kernel.errors import InvalidError

# The estimator's own limit, and as far as its cost stays small.
_ESTIMATED_CHARS = 72
# Fewer than 10^6 guesses; every password of the 30,000 most common ones is below.
_MIN_STRENGTH = 2


def normalised_email(address: str) -> str:
    """Return the one spelling under which an address is kept: IDN domain, NFC, lower case.

    Raises:
        InvalidError: it is not an address.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(address.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise InvalidError("This is not an e-mail address.", code="invalid_email") from None
    return valid.normalized.lower()


def checked_name(name: str) -> str:
    """Return ``name`` without surrounding space.

    Raises:
        InvalidError: it is empty, too long or holds control characters.
    """
    clean = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(clean) <= MAX_NAME_CHARS or any(unicodedata.category(char) == "Cc" for char in clean):
        raise InvalidError(f"A name has 1 to {MAX_NAME_CHARS} characters.", code="invalid_name")
    return clean


def check_password_size(password: str) -> None:
    """Refuse input that cannot be a password, before anything expensive sees it.

    Raises:
        InvalidError: it is too long.
    """
    if len(password) > MAX_PASSWORD_CHARS or len(password.encode("utf-8", "replace")) > MAX_PASSWORD_BYTES:
        raise InvalidError(
            f"A password has at most {MAX_PASSWORD_CHARS} characters.", code="password_too_long"
        )


def check_new_password(password: str, *, email: str, name: str) -> None:
    """Refuse passwords that are short, common or about the person; no rules of composition.

    Raises:
        InvalidError: says which.
    """
    check_password_size(password)
    if len(password) < MIN_PASSWORD_CHARS:
        raise InvalidError(
            f"A password has at least {MIN_PASSWORD_CHARS} characters; 15 or more are better.",
            code="password_too_short",
        )
    from zxcvbn import zxcvbn

    about_the_person = [email, *email.replace("@", ".").split("."), *name.split(), "autosocial"]
    estimate = zxcvbn(password[:_ESTIMATED_CHARS], user_inputs=about_the_person)
    if estimate["score"] < _MIN_STRENGTH:
        raise InvalidError(
            "This password is too easy to guess. A few words that do not belong together make a good one.",
            code="password_too_weak",
        )
