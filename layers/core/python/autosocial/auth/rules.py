"""What an account may be registered with: rules of e-mail addresses and names."""

import unicodedata

from autosocial.auth.model import MAX_NAME_CHARS
from autosocial.kernel.errors import InvalidError
from autosocial.kernel.showable import is_showable


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
        InvalidError: it is empty, too long or cannot be shown.
    """
    clean = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(clean) <= MAX_NAME_CHARS or not is_showable(clean):
        raise InvalidError(f"A name has 1 to {MAX_NAME_CHARS} characters.", code="invalid_name")
    return clean
