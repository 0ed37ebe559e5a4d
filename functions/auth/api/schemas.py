"""Bodies of auth/api."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from autosocial.auth.model import MAX_NAME_CHARS, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from autosocial.kernel.showable import SHOWABLE_PATTERN

# The rules proper are the context's, which says in its own words what is wrong; these bounds only keep
# nonsense away from it, and ``json_schema_extra`` describes the rules.
Email = Annotated[
    str,
    Field(min_length=3, max_length=254, examples=["ana@example.com"], json_schema_extra={"format": "email"}),
]
Password = Annotated[str, Field(max_length=1_024, examples=["correct horse battery staple"])]
NewPassword = Annotated[
    Password,
    Field(json_schema_extra={"minLength": MIN_PASSWORD_CHARS, "maxLength": MAX_PASSWORD_CHARS}),
]
Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        examples=["Ana García"],
        json_schema_extra={"maxLength": MAX_NAME_CHARS, "pattern": SHOWABLE_PATTERN},
    ),
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RegisterBody(_Body):
    """A new account."""

    email: Email
    name: Name
    password: NewPassword
    language: Literal["en", "es"] = "en"


class LoginBody(_Body):
    """Credentials of an account."""

    email: Email
    password: Password


class AccountBody(BaseModel):
    """Who is signed in."""

    account_id: Annotated[str, Field(examples=["01J9ZQ6X8E3V5T7R9P1N3M5K7H"])]
    email: Annotated[str, Field(examples=["ana@example.com"])]
    name: Annotated[str, Field(examples=["Ana García"])]


class SessionBody(BaseModel):
    """A bearer token for ``expires_in`` seconds. The refresh token travels in a cookie."""

    access_token: Annotated[str, Field(examples=["eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIwMUo5In0.MEUCIQD"])]
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind of token, no secret
    expires_in: Annotated[int, Field(examples=[900])]
    account: AccountBody


class TicketBody(BaseModel):
    """Open ``url`` once with ``?ticket=`` within ``expires_in`` seconds, from the same origin."""

    ticket: Annotated[str, Field(examples=["4f1c9a2be07d"])]
    url: Annotated[str, Field(examples=["wss://a1b2c3.execute-api.us-east-1.amazonaws.com/live"])]
    expires_in: Annotated[int, Field(examples=[60])]


class HealthBody(BaseModel):
    """The function answers."""

    status: Literal["ok"] = "ok"
