"""A synthesised stage, as the tests look at it: resources by type, with references made readable."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.app import build_app, check
from infra.config import StageConfig, stage_named
from infra.layers import Architecture, BuiltLayer


@dataclass(frozen=True)
class Resource:
    stack: str
    logical_id: str
    type: str
    properties: dict[str, Any]
    body: dict[str, Any]

    @property
    def where(self) -> str:
        return f"{self.stack}/{self.logical_id}"

    @property
    def ref(self) -> str:
        """How ``readable`` writes a reference to this resource."""
        return f"<{self.logical_id}>"


@dataclass
class Synthesis:
    stage: StageConfig
    templates: dict[str, dict[str, Any]]
    findings: list[str] = field(default_factory=list)

    def resources(self, *types: str) -> Iterator[Resource]:
        for stack, template in self.templates.items():
            for logical_id, body in template.get("Resources", {}).items():
                if not types or body["Type"] in types:
                    yield Resource(stack, logical_id, body["Type"], body.get("Properties", {}), body)

    def named(self, logical_id: str) -> Resource:
        return next(each for each in self.resources() if each.logical_id == logical_id)

    def referred(self, value: Any) -> Resource:
        """Return the resource that a reference points at, in whichever stack it is."""
        return self.named(self.readable(value).strip("<>"))

    def functions(self) -> list[Resource]:
        return list(self.resources("AWS::Lambda::Function"))

    def statements(self, role: str) -> list[dict[str, Any]]:
        """Every statement of the policies attached to the role with this logical id."""
        found: list[dict[str, Any]] = []
        for policy in self.resources("AWS::IAM::Policy"):
            if {"Ref": role} in policy.properties["Roles"]:
                found += policy.properties["PolicyDocument"]["Statement"]
        return found

    def readable(self, value: Any) -> str:
        """Return an ARN or name as text: ``<LogicalId>`` for what it refers to, in whichever stack."""
        match value:
            case str():
                return value
            case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
                return f"<{name}>"
            case {"Fn::GetStackOutput": {"StackName": stack, "OutputName": name}}:
                return self.readable(self.templates[stack]["Outputs"][name]["Value"])
            case {"Fn::Join": [between, parts]}:
                return str(between).join(self.readable(part) for part in parts)
            case {"Fn::Sub": text}:
                return str(text)
        raise ValueError(f"cannot read {value}")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def synthesise(name: str, folder: Path) -> Synthesis:
    """Synthesise a stage as it is deployed, with empty layers in place of those that need a registry."""
    stage = stage_named(name, {})
    app = build_app(stage, outdir=str(folder / name), build=empty_layers(folder))
    if not stage.checks_every_synth:
        check(app)
    assembly = app.synth()
    templates = {
        stack.stack_name: json.loads(Path(stack.template_full_path).read_text()) for stack in assembly.stacks
    }
    found = [f"{message.id}: {message.entry.data}" for stack in assembly.stacks for message in stack.messages]
    return Synthesis(stage, templates, found)


def empty_layers(folder: Path):
    def build(name: str, architecture: Architecture) -> BuiltLayer:
        home = folder / "layers" / f"{name}-{architecture}"
        (home / "python").mkdir(parents=True, exist_ok=True)
        return BuiltLayer(home, f"{name}-{architecture}".ljust(32, "0"))

    return build
