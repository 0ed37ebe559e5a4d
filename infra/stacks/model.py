"""The GPU service of stages with their own models: model server and vLLM side by side."""

from aws_cdk import CfnOutput, Duration, IgnoreMode
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as balancing
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from infra.capacity import GpuConfig
from infra.config import StageConfig
from infra.constructs.findings import explain
from infra.constructs.gpu_capacity import GpuCapacity
from infra.constructs.log_group import log_group
from infra.function_source import ROOT
from infra.platform import Models
from infra.stacks.data import DataStack
from infra.stacks.network import NetworkStack
from infra.stacks.stage_stack import StageStack

_SERVER_PORT = 8090
_VLLM_PORT = 8000

# What the model server's image is made of.
_SERVER_PARTS = (
    "functions/model_server",
    "layers/core/python/autosocial/__init__.py",
    "layers/core/python/autosocial/text",
)


class ModelStack(StageStack):
    """One task per GPU instance; scales with the requests each task has."""

    def __init__(
        self, scope: Construct, *, stage: StageConfig, gpu: GpuConfig, network: NetworkStack, data: DataStack
    ) -> None:
        super().__init__(scope, "model", stage=stage)
        if data.model_token is None or stage.domain is None:
            raise ValueError(f"stage {stage.name} needs a model token and a domain for its model server")
        self._gpu = gpu
        self._network = network
        self._token = data.model_token
        self._host = f"models.{stage.domain.name}"
        self._private = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        cluster = ecs.Cluster(
            self, "Cluster", vpc=network.vpc, container_insights_v2=ecs.ContainerInsights.ENABLED
        )
        inside = ec2.SecurityGroup(
            self, "Inside", vpc=network.vpc, description="Instances", allow_all_outbound=False
        )
        inside.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "Images, weights, AWS")
        capacity = GpuCapacity(self, "Capacity", gpu=gpu, cluster=cluster, group=inside)
        task = self._task()
        self.service = ecs.Ec2Service(
            self,
            "Service",
            cluster=cluster,
            task_definition=task,
            capacity_provider_strategies=[
                ecs.CapacityProviderStrategy(
                    capacity_provider=capacity.provider.capacity_provider_name, weight=1
                )
            ],
            desired_count=gpu.min_instances,
            min_healthy_percent=0 if gpu.min_instances == 1 else 50,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            # vLLM loads its weights first.
            health_check_grace_period=Duration.minutes(15),
            security_groups=[inside],
            vpc_subnets=self._private,
        )
        self.balancer = self._balancer(data)
        self._scale(self._listen(stage))
        CfnOutput(self, "ModelEndpointUrl", value=f"https://{self._host}")

    def models(self, stage: StageConfig, fallback_arns: tuple[str, ...]) -> Models:
        """How functions reach the models."""
        return Models(
            endpoint_url=f"https://{self._host}",
            token_secret=self._token,
            chat_model_id=stage.chat_model_id,
            fallback_chat_model_id=stage.fallback_chat_model_id,
            embedding_model_id=stage.embedding_model_id,
            embedding_dimensions=stage.embedding_dimensions,
            bedrock_model_arns=fallback_arns,
        )

    def _task(self) -> ecs.Ec2TaskDefinition:
        task = ecs.Ec2TaskDefinition(self, "Task", network_mode=ecs.NetworkMode.AWS_VPC)
        vllm = self._add_vllm(task)
        server = self._add_model_server(task)
        server.add_container_dependencies(
            ecs.ContainerDependency(container=vllm, condition=ecs.ContainerDependencyCondition.START)
        )
        task.default_container = server
        explain(task, "AwsSolutions-ECS2", "Names and addresses only; the token comes from Secrets Manager.")
        explain(task, "AwsSolutions-IAM5", "Fetching the registry's login token knows no resource.")
        return task

    def _add_vllm(self, task: ecs.Ec2TaskDefinition) -> ecs.ContainerDefinition:
        gpu = self._gpu
        serve = ["--model", gpu.chat_model, "--served-model-name", gpu.chat_model, "--host", "127.0.0.1"]
        limits = ["--max-model-len", str(gpu.context_tokens), "--gpu-memory-utilization", "0.85"]
        return task.add_container(
            "Vllm",
            image=ecs.ContainerImage.from_registry(gpu.vllm_image),
            command=[*serve, *limits, "--port", str(_VLLM_PORT)],
            gpu_count=1,
            linux_parameters=ecs.LinuxParameters(self, "VllmMemory", shared_memory_size=2048),
            memory_reservation_mib=8192,
            essential=True,
            logging=self._log("Vllm"),
        )

    def _add_model_server(self, task: ecs.Ec2TaskDefinition) -> ecs.ContainerDefinition:
        stage = self.stage_config
        image = ecs.ContainerImage.from_asset(
            str(ROOT),
            file="functions/model_server/Dockerfile",
            platform=assets.Platform.LINUX_AMD64,
            exclude=["*", *[f"!{part}" for part in _SERVER_PARTS], "**/__pycache__"],
            ignore_mode=IgnoreMode.DOCKER,
        )
        return task.add_container(
            "ModelServer",
            image=image,
            memory_reservation_mib=3072,
            essential=True,
            readonly_root_filesystem=True,
            environment={
                "MODEL_UPSTREAM": "openai",
                "UPSTREAM_URL": f"http://127.0.0.1:{_VLLM_PORT}/v1",
                "UPSTREAM_MODEL": self._gpu.chat_model,
                "CHAT_MODEL_ID": stage.chat_model_id,
                "EMBEDDING_MODEL_ID": stage.embedding_model_id,
                "LOG_LEVEL": stage.log_level,
            },
            secrets={"MODEL_SERVER_TOKEN": ecs.Secret.from_secrets_manager(self._token)},
            port_mappings=[ecs.PortMapping(container_port=_SERVER_PORT)],
            logging=self._log("ModelServer"),
        )

    def _log(self, name: str) -> ecs.LogDriver:
        group = log_group(self, f"{name}Logs", stage=self.stage_config)
        return ecs.LogDriver.aws_logs(stream_prefix="task", log_group=group)

    def _balancer(self, data: DataStack) -> balancing.ApplicationLoadBalancer:
        group = ec2.SecurityGroup(
            self,
            "BalancerGroup",
            vpc=self._network.vpc,
            description="Model requests",
            allow_all_outbound=False,
        )
        group.add_ingress_rule(self._network.functions, ec2.Port.tcp(443), "Functions ask models")
        balancer = balancing.ApplicationLoadBalancer(
            self,
            "Balancer",
            vpc=self._network.vpc,
            vpc_subnets=self._private,
            internet_facing=False,
            security_group=group,
            idle_timeout=Duration.minutes(5),
            drop_invalid_header_fields=True,
            deletion_protection=self.stage_config.retains_data,
        )
        if data.access_logs:
            balancer.log_access_logs(data.access_logs, "models")
        return balancer

    def _listen(self, stage: StageConfig) -> balancing.ApplicationTargetGroup:
        if stage.domain is None:
            raise ValueError("a certificate needs a domain")
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "PublicZone", hosted_zone_id=stage.domain.hosted_zone_id, zone_name=stage.domain.name
        )
        certificate = acm.Certificate(
            self, "Certificate", domain_name=self._host, validation=acm.CertificateValidation.from_dns(zone)
        )
        private_zone = route53.PrivateHostedZone(
            self, "PrivateZone", zone_name=self._host, vpc=self._network.vpc
        )
        alias = route53.RecordTarget.from_alias(targets.LoadBalancerTarget(self.balancer))
        route53.ARecord(self, "Address", zone=private_zone, target=alias)
        listener = self.balancer.add_listener(
            "Https",
            port=443,
            protocol=balancing.ApplicationProtocol.HTTPS,
            certificates=[certificate],
            ssl_policy=balancing.SslPolicy.TLS13_RES,
            open=False,
        )
        return listener.add_targets(
            "Server",
            port=_SERVER_PORT,
            protocol=balancing.ApplicationProtocol.HTTP,
            targets=[
                self.service.load_balancer_target(container_name="ModelServer", container_port=_SERVER_PORT)
            ],
            deregistration_delay=Duration.minutes(2),
            health_check=balancing.HealthCheck(path="/ready", interval=Duration.seconds(15)),
        )

    def _scale(self, target: balancing.ApplicationTargetGroup) -> None:
        scaling = self.service.auto_scale_task_count(
            min_capacity=self._gpu.min_instances, max_capacity=self._gpu.max_instances
        )
        scaling.scale_on_request_count(
            "Requests",
            requests_per_target=600,
            target_group=target,
            scale_in_cooldown=Duration.minutes(10),
            scale_out_cooldown=Duration.minutes(1),
        )
