"""Bodies of auth/api."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

# The rules proper are the context's; these bounds only keep nonsense away from it.
Email = Annotated[str, Field(min_length=3, max_length=254, examples=["ana@example.com"])]
Password = Annotated[str, Field(max_length=1_024, examples=["correct horse battery staple"])]
Name = Annotated[str, Field(min_length=1, max_length=200, examples=["Ana García"])]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RegisterBody(_Body):
    """A new account."""

    email: Email
    name: Name
    password: Password
    language: Literal["en", "es"] = "en"


class LoginBody(_Body):
    """Credentials of an account."""

    email: Email
    password: Password


class AccountBody(BaseModel):
    """Who is signed in."""

    account_id: str
    email: str
    name: str


class SessionBody(BaseModel):
    """A bearer token for ``expires_in`` seconds. The refresh token travels in a cookie."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind of token, no secret
    expires_in: int
    account: AccountBody


class TicketBody(BaseModel):
    """Open ``url`` once with ``?ticket=`` within ``expires_in`` seconds, from the same origin."""

    ticket: str
    url: str
    expires_in: int


class HealthBody(BaseModel):
    """The function answers."""

    status: Literal["ok"] = "ok"
