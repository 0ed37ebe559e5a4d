"""The CDK app's assembly: synthesise it when something it is made of changed, and read it."""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.config import REPO, LocalConfig
from infra.local.console import LocalStackError
from infra.local.fingerprint import Stamp, fingerprint
from infra.local.processes import Children

_SOURCES = ("infra", "functions", "layers", "cdk.json", "requirements.lock", "pyproject.toml")
_RUNNER_ONLY = REPO / "infra" / "local"
_SYNTH_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Asset:
    """A file or folder of the assembly that a stack needs in a bucket."""

    bucket: str
    key: str
    source: Path
    packaging: str


@dataclass(frozen=True, slots=True)
class StackPlan:
    """One stack of the assembly, ready to be deployed."""

    name: str
    template: Mapping[str, Any]
    template_key: str
    assets: tuple[Asset, ...]


def synthesise(config: LocalConfig, children: Children) -> str:
    """Synthesise the app for stage ``local`` unless nothing changed; return what was done."""
    variables = synth_variables(config)
    stamp = Stamp(config.state / "synth.stamp")
    wanted = fingerprint(
        _source_paths(), extra=[f"{name}={value}" for name, value in sorted(variables.items())]
    )
    if stamp.matches(wanted) and (config.assembly / "manifest.json").exists():
        return "unchanged"
    stamp.clear()
    shutil.rmtree(config.assembly, ignore_errors=True)
    quiet = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1"}
    environment = {**os.environ, **variables, **quiet}
    command = [sys.executable, "-m", "infra.app"]
    done = children.run("synth", command, environment=environment, timeout_seconds=_SYNTH_SECONDS)
    if done.process.returncode or not (config.assembly / "manifest.json").exists():
        raise LocalStackError(
            f"The CDK app could not be synthesised:\n{done.last_lines(40)}",
            "Fix the error above; 'make synth STAGE=local' shows it alone.",
        )
    stamp.set(wanted)
    return "synthesised"


def synth_variables(config: LocalConfig) -> dict[str, str]:
    """Return what the app must know about this machine (docs/local-stack.md)."""
    variables = {
        "STAGE": "local",
        "CDK_OUTDIR": str(config.assembly),
        "CDK_CONTEXT_JSON": json.dumps({"stage": "local"}),
        "LOCAL_EDGE_URL": config.edge_url,
        "LOCAL_DEMO_URL": config.demo_url,
        "LOCAL_EMULATOR_URL": config.emulator_url,
        "LOCAL_MODEL_URL": config.model_url,
        "LOCAL_MODEL_SILENCE": str(config.model_silence_seconds),
        "LOCAL_INDEX": config.index,
        "LOCAL_HOST_FROM_FUNCTIONS": config.host_from_functions,
    }
    if config.index == "opensearch":
        variables["LOCAL_OPENSEARCH_URL"] = config.opensearch_url
    return variables


def read_plans(assembly: Path, account: str, region: str) -> list[StackPlan]:
    """Return the stacks of the assembly, each after the ones it depends on."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    stacks = {name: part for name, part in artifacts.items() if part["type"] == "aws:cloudformation:stack"}
    return [_plan(assembly, stacks[name], account=account, region=region) for name in _in_order(stacks)]


def _source_paths() -> Iterator[Path]:
    for name in _SOURCES:
        path = REPO / name
        if path.name == "infra":
            yield from (
                entry
                for entry in sorted(path.iterdir())
                if entry not in {_RUNNER_ONLY} and entry.name[0] != "_"
            )
        else:
            yield path


def _in_order(stacks: Mapping[str, Mapping[str, Any]]) -> list[str]:
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name in ordered or name not in stacks:
            return
        for dependency in stacks[name].get("dependencies", []):
            visit(dependency)
        ordered.append(name)

    for name in stacks:
        visit(name)
    return ordered


def _plan(assembly: Path, artifact: Mapping[str, Any], *, account: str, region: str) -> StackPlan:
    properties = artifact["properties"]
    template_file = properties["templateFile"]
    manifest = json.loads((assembly / template_file.replace(".template.json", ".assets.json")).read_text())
    assets: list[Asset] = []
    template_key = ""
    for entry in manifest["files"].values():
        for destination in entry["destinations"].values():
            bucket = (
                destination["bucketName"]
                .replace("${AWS::AccountId}", account)
                .replace("${AWS::Region}", region)
            )
            source = entry["source"]
            assets.append(
                Asset(bucket, destination["objectKey"], assembly / source["path"], source["packaging"])
            )
            if source["path"] == template_file:
                template_key = f"{bucket}/{destination['objectKey']}"
    template = json.loads((assembly / template_file).read_text())
    return StackPlan(
        properties.get("stackName") or template_file.split(".")[0], template, template_key, tuple(assets)
    )
