"""One local stack for all journeys: the real CDK app on the emulator, on free ports, with its own state."""

from dataclasses import dataclass

import pytest

from infra.local.config import LocalConfig, Ports
from infra.local.console import Console
from infra.local.ports import free_port
from infra.local.seed import DemoLogin
from infra.local.stack import Addresses, LocalStack


@dataclass(frozen=True)
class RunningStack:
    """What a journey needs to know, and the parts it may take away for a while."""

    addresses: Addresses
    login: DemoLogin
    stack: LocalStack

    @property
    def edge_url(self):
        """Dashboard, widget and API."""
        return self.addresses.edge_url

    @property
    def demo_url(self):
        """The creator's own site."""
        return self.addresses.demo_url

    def stop_model_server(self):
        """Take the model away."""
        self.stack.stop_model_server()

    def start_model_server(self):
        """Bring it back, unless it runs."""
        if not self.stack.children.has(LocalStack.MODEL_SERVER):
            self.stack.start_model_server()


@pytest.fixture(scope="session")
def local_stack(tmp_path_factory):
    """The product, seeded with the demo creator and its two documents."""
    edge, demo, model, emulator = (free_port() for _ in range(4))
    ports = Ports(edge=edge, demo=demo, model=model, emulator=emulator, opensearch=9201)
    config = LocalConfig(
        state=tmp_path_factory.mktemp("stack"),
        ports=ports,
        index="embedded",
        model="extractive",
        cloud_endpoint="",
        seed=True,
    )
    with LocalStack(config, Console()) as stack:
        addresses = stack.start()
        yield RunningStack(addresses, stack.seed(addresses), stack)
