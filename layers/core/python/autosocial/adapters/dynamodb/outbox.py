"""The outbox: facts as items beside what they tell of, so that both are written or neither.

A stream of the table hands each new item to functions/events/relay.
"""

from datetime import datetime, timedelta

import msgspec
from pynamodb.attributes import UnicodeAttribute
from pynamodb.transactions import TransactWrite

from autosocial.adapters.dynamodb.tables import Item, Tables
from autosocial.contracts.events import Envelope
from autosocial.kernel.clock import epoch_seconds

# The stream keeps a record for a day; the item stays longer, for people who look for what was told.
_KEPT_FOR = timedelta(days=3)


class FactItem(Item):
    """``EVENT#<event_id>``: the name of a fact and its envelope as JSON."""

    name = UnicodeAttribute()
    body = UnicodeAttribute()


def add_fact(transaction: TransactWrite, tables: Tables, table_name: str, *, fact: Envelope) -> None:
    """Add a fact to a transaction on a table whose partitions are tenants."""
    model = tables.model(FactItem, table_name, creator_id=fact.creator_id)
    transaction.save(_filled(model(fact.creator_id, f"EVENT#{fact.event_id}"), fact))


def add_fact_of_its_own(
    transaction: TransactWrite, tables: Tables, table_name: str, *, fact: Envelope
) -> None:
    """Add a fact to a transaction on a table whose partitions are single things, as those of auth."""
    model = tables.model(FactItem, table_name)
    transaction.save(_filled(model(f"EVENT#{fact.event_id}", "EVENT"), fact))


def _filled(item: FactItem, fact: Envelope) -> FactItem:
    item.name = fact.name
    item.body = msgspec.json.encode(fact).decode()
    item.expires_at = epoch_seconds(datetime.fromisoformat(fact.occurred_at) + _KEPT_FOR)
    return item
