"""Tables, for whoever keeps anything."""

from functools import cached_property

from autosocial.adapters.dynamodb.tables import Tables
from autosocial.runtime.settings import Settings


class UsesTables(Settings):
    """With ``tenant_role_arn`` items of a tenant are reached as that tenant only."""

    tenant_role_arn: str = ""
    aws_region: str = ""

    @cached_property
    def tables(self) -> Tables:
        """The function's one access to tables."""
        return Tables(region=self.aws_region, tenant_role_arn=self.tenant_role_arn)
