"""Each stage's templates, synthesised once: pure, offline, without Docker."""

import os
from pathlib import Path

import pytest

# The CDK's runtime paints a banner about the age of Node into every log.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

from infra.config import STAGES
from tests.infra.synthesis import Synthesis, synthesise


@pytest.fixture(scope="session")
def synthesised(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synthesis]:
    folder: Path = tmp_path_factory.mktemp("synth")
    return {name: synthesise(name, folder) for name in STAGES}


@pytest.fixture(params=sorted(STAGES))
def stage(request: pytest.FixtureRequest, synthesised: dict[str, Synthesis]) -> Synthesis:
    """Every stage in turn."""
    return synthesised[request.param]


@pytest.fixture(params=["starter", "production"])
def aws_stage(request: pytest.FixtureRequest, synthesised: dict[str, Synthesis]) -> Synthesis:
    """Every stage that is deployed to AWS in turn."""
    return synthesised[request.param]


@pytest.fixture
def local(synthesised: dict[str, Synthesis]) -> Synthesis:
    return synthesised["local"]


@pytest.fixture
def production(synthesised: dict[str, Synthesis]) -> Synthesis:
    return synthesised["production"]
