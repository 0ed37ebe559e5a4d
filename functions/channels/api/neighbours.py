"""What auth and creators do for the channels API, in the words of its ports."""

from dataclasses import dataclass

from autosocial.auth.model import VISITOR
from autosocial.auth.service import IssueVisitorToken, VerifyBearer
from autosocial.channels.model import VisitorToken, WidgetFace
from autosocial.creators.service import PublicWidget
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import ForbiddenError, UnauthenticatedError
from autosocial.kernel.tenancy import Role


@dataclass(frozen=True, slots=True)
class CreatorWidgets:
    """Fills ``channels.ports.Widgets``."""

    read: PublicWidget

    def __call__(self, creator_id: str, *, origin: str) -> WidgetFace:
        """Return the widget's face. Raises ``NotFoundError`` or, of a foreign origin, ``ForbiddenError``."""
        face = self.read(creator_id)
        if not face.allows(origin):
            raise ForbiddenError("The creator has not allowed the widget on this site.", code="wrong_origin")
        welcome = face.welcome.get(face.language, "")
        return WidgetFace(title=face.title, welcome=welcome, language=face.language, name=face.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtVisitorTokens:
    """Fills ``channels.ports.VisitorTokens``."""

    issue_token: IssueVisitorToken
    verify: VerifyBearer
    clock: Clock

    def issue(self, creator_id: str, visitor_id: str, *, origin: str) -> VisitorToken:
        """Return a new token."""
        expires_at = iso(self.clock() + VISITOR.lifetime)
        return VisitorToken(self.issue_token(creator_id, visitor_id, origin=origin), expires_at)

    def visitor_of(self, token: str, creator_id: str, *, origin: str) -> str | None:
        """Return the visitor id of a token that is valid for this creator and origin."""
        try:
            caller = self.verify(token, origin=origin)
        except (UnauthenticatedError, ForbiddenError):
            return None
        is_theirs = caller.role is Role.VISITOR and caller.creator_id == creator_id
        return caller.subject if is_theirs and caller.origin == origin else None
