"""Keeps a person's own account and network settings out of the local stack and the tests."""

import os
from collections.abc import MutableMapping

from infra.local.config import HOST

# The files as well: a default profile in ~/.aws may hold keys, a region, an endpoint, or be unreadable.
NO_ACCOUNT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def isolate(environment: MutableMapping[str, str]) -> None:
    """Forget the AWS account, and let no proxy stand before the servers of this machine."""
    for name in [name for name in environment if name.startswith("AWS_")]:
        del environment[name]
    environment.update(NO_ACCOUNT)
    for name in ("NO_PROXY", "no_proxy"):
        others = [host for host in environment.get(name, "").split(",") if host]
        environment[name] = ",".join(dict.fromkeys([*others, HOST, "localhost"]))
