"""Profiles and widgets in the creators table, one partition a creator."""

from pynamodb.attributes import JSONAttribute, ListAttribute, UnicodeAttribute

from autosocial.adapters.dynamodb.tables import Item, Tables, translated
from autosocial.creators.model import Profile, Widget


class _Profile(Item):
    name = UnicodeAttribute()
    language = UnicodeAttribute()


class _Widget(Item):
    title = UnicodeAttribute()
    welcome = JSONAttribute()
    language = UnicodeAttribute()
    allowed_origins: ListAttribute[str] = ListAttribute()


class DynamoCreatorStore:
    """Fills ``creators.ports.CreatorStore``, with each creator's own credentials."""

    def __init__(self, tables: Tables, table_name: str) -> None:
        self._tables = tables
        self._table_name = table_name

    def profile(self, creator_id: str) -> Profile:
        """Return the profile. Raises ``NotFoundError``."""
        model = self._tables.model(_Profile, self._table_name, creator_id=creator_id)
        with translated():
            item = model.get(creator_id, "PROFILE", consistent_read=True)
        return Profile(creator_id=creator_id, name=item.name, language=item.language)

    def widget(self, creator_id: str) -> Widget:
        """Return the widget. Raises ``NotFoundError``."""
        model = self._tables.model(_Widget, self._table_name, creator_id=creator_id)
        with translated():
            item = model.get(creator_id, "WIDGET", consistent_read=True)
        return Widget(
            creator_id=creator_id,
            title=item.title,
            welcome=item.welcome,
            language=item.language,
            allowed_origins=tuple(item.allowed_origins),
        )

    def put_profile(self, profile: Profile) -> None:
        """Keep a profile, replacing the one before."""
        model = self._tables.model(_Profile, self._table_name, creator_id=profile.creator_id)
        with translated():
            model(profile.creator_id, "PROFILE", name=profile.name, language=profile.language).save()

    def put_widget(self, widget: Widget) -> None:
        """Keep a widget, replacing the one before."""
        model = self._tables.model(_Widget, self._table_name, creator_id=widget.creator_id)
        with translated():
            model(
                widget.creator_id,
                "WIDGET",
                title=widget.title,
                welcome=dict(widget.welcome),
                language=widget.language,
                allowed_origins=list(widget.allowed_origins),
            ).save()
