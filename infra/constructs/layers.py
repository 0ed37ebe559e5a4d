"""The layers of a stage, by name; each is built once, and made once in a stack that asks for it."""

from collections.abc import Callable, Sequence

from aws_cdk import AssetHashType, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.config import StageConfig
from infra.layers import Architecture, BuiltLayer, build_layer

LayerBuilder = Callable[[str, Architecture], BuiltLayer]


class Layers:
    """``core`` is our package and always there; the others are third-party packages.

    Every stack has versions of its own of what its functions need: a version is replaced by each change, and
    a stack may not replace what another one holds.
    """

    def __init__(self, *, stage: StageConfig, build: LayerBuilder = build_layer) -> None:
        self._stage = stage
        self._build = build
        self._made: dict[tuple[str, str], lambda_.LayerVersion] = {}

    def named(self, names: Sequence[str], *, scope: Construct) -> list[lambda_.ILayerVersion]:
        """Return the layers that a function in ``scope`` needs: ``core`` and ``base`` always."""
        wanted = dict.fromkeys(["core", "base", *names]) if self._stage.ships_third_party_layers else ["core"]
        return [self._layer(Stack.of(scope), name) for name in wanted]

    def _layer(self, stack: Stack, name: str) -> lambda_.LayerVersion:
        key = (stack.stack_name, name)
        if key not in self._made:
            built = self._build(name, self._stage.lambda_architecture)
            arm = self._stage.lambda_architecture == "arm64"
            self._made[key] = lambda_.LayerVersion(
                stack,
                f"Layer{name.capitalize()}",
                layer_version_name=f"{stack.stack_name}-{name}",
                code=lambda_.Code.from_asset(
                    str(built.path), asset_hash=built.digest, asset_hash_type=AssetHashType.CUSTOM
                ),
                compatible_runtimes=[lambda_.Runtime.PYTHON_3_12],
                compatible_architectures=[lambda_.Architecture.ARM_64] if arm else None,
            )
        return self._made[key]
