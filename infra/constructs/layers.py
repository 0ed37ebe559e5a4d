"""The layers of one stack, by name; each is built and made once, when a function first asks for it."""

from collections.abc import Callable, Sequence

from aws_cdk import AssetHashType, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.config import StageConfig
from infra.layers import Architecture, BuiltLayer, build_layer

LayerBuilder = Callable[[str, Architecture], BuiltLayer]


class Layers(Construct):
    """``core`` is our package and always there; the others are third-party packages."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: StageConfig, build: LayerBuilder = build_layer
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        self._build = build
        self._made: dict[str, lambda_.LayerVersion] = {}

    def named(self, names: Sequence[str]) -> list[lambda_.ILayerVersion]:
        """Return the layers a function needs: ``core`` and ``base`` always."""
        wanted = dict.fromkeys(["core", "base", *names]) if self._stage.ships_third_party_layers else ["core"]
        return [self._layer(name) for name in wanted]

    def _layer(self, name: str) -> lambda_.LayerVersion:
        if name not in self._made:
            built = self._build(name, self._stage.lambda_architecture)
            arm = self._stage.lambda_architecture == "arm64"
            self._made[name] = lambda_.LayerVersion(
                self,
                name.capitalize(),
                layer_version_name=f"{Stack.of(self).stack_name}-{name}",
                code=lambda_.Code.from_asset(
                    str(built.path), asset_hash=built.digest, asset_hash_type=AssetHashType.CUSTOM
                ),
                compatible_runtimes=[lambda_.Runtime.PYTHON_3_12],
                compatible_architectures=[lambda_.Architecture.ARM_64] if arm else None,
            )
        return self._made[name]
