"""The private network of stages with their own index or models: functions reach out, nothing reaches in."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.ground import Network
from infra.constructs.log_group import log_group
from infra.stacks.stage_stack import StageStack

_ADDRESSES = "10.20.0.0/16"
# What functions and GPU instances ask for while they work; the rest may go through the NAT gateways.
_PRIVATE_DOORS = {
    "SecretsManager": ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    "Sts": ec2.InterfaceVpcEndpointAwsService.STS,
    "Sqs": ec2.InterfaceVpcEndpointAwsService.SQS,
    "Logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    "Registry": ec2.InterfaceVpcEndpointAwsService.ECR,
    "RegistryImages": ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
    "Bedrock": ec2.InterfaceVpcEndpointAwsService.BEDROCK_RUNTIME,
}


class NetworkStack(StageStack):
    """Two zones, private subnets behind NAT, private doors to the services that are asked most."""

    def __init__(self, scope: Construct, *, stage: StageConfig) -> None:
        super().__init__(scope, "network", stage=stage)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(_ADDRESSES),
            max_azs=2,
            nat_gateways=stage.nat_gateways,
            gateway_endpoints={
                "Objects": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
                "Tables": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
            },
        )
        flows = ec2.FlowLogDestination.to_cloud_watch_logs(log_group(self, "Flows", stage=stage))
        self.vpc.add_flow_log("FlowLog", destination=flows, traffic_type=ec2.FlowLogTrafficType.REJECT)
        doors = ec2.SecurityGroup(
            self, "Doors", vpc=self.vpc, description="Private doors to services", allow_all_outbound=False
        )
        self.functions = ec2.SecurityGroup(
            self, "Functions", vpc=self.vpc, description="Functions", allow_all_outbound=False
        )
        self.functions.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "HTTPS only")
        doors.add_ingress_rule(ec2.Peer.ipv4(_ADDRESSES), ec2.Port.tcp(443), "HTTPS from inside")
        for name, service in _PRIVATE_DOORS.items():
            self.vpc.add_interface_endpoint(name, service=service, security_groups=[doors], open=False)

    @property
    def network(self) -> Network:
        """What functions need to run here."""
        return Network(vpc=self.vpc, function_group=self.functions)
