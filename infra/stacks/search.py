"""The OpenSearch domain of stages whose index is not embedded: private, encrypted, asked with IAM signatures.

Who may ask is said by IAM alone (the functions' own policies and the domain's), since roles inside the
domain's security plugin could not be written in a template. An account's first domain in a VPC needs the
service-linked role of OpenSearch, which IAM makes once per account.
"""

from aws_cdk import CfnOutput, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from infra.capacity import SearchConfig
from infra.config import StageConfig
from infra.constructs.findings import explain
from infra.constructs.log_group import log_group
from infra.platform import SearchIndex
from infra.stacks.network import NetworkStack
from infra.stacks.stage_stack import StageStack


class SearchStack(StageStack):
    """OpenSearch 2.19, whose k-NN runs in the lucene engine: the filter by tenant acts inside it."""

    def __init__(
        self, scope: Construct, *, stage: StageConfig, size: SearchConfig, network: NetworkStack
    ) -> None:
        super().__init__(scope, "search", stage=stage)
        group = ec2.SecurityGroup(
            self, "Group", vpc=network.vpc, description="Index", allow_all_outbound=False
        )
        group.add_ingress_rule(network.functions, ec2.Port.tcp(443), "Functions ask the index")
        private = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        self.domain = opensearch.Domain(
            self,
            "Index",
            version=opensearch.EngineVersion.open_search("2.19"),
            vpc=network.vpc,
            vpc_subnets=[private],
            security_groups=[group],
            capacity=opensearch.CapacityConfig(
                data_node_instance_type=size.data_instance,
                data_nodes=size.data_nodes,
                master_node_instance_type=size.master_instance,
                master_nodes=3,
                multi_az_with_standby_enabled=False,
            ),
            ebs=opensearch.EbsOptions(volume_size=size.volume_gib, volume_type=ec2.EbsDeviceVolumeType.GP3),
            zone_awareness=opensearch.ZoneAwarenessConfig(enabled=True, availability_zone_count=2),
            encryption_at_rest=opensearch.EncryptionAtRestOptions(enabled=True),
            node_to_node_encryption=True,
            enforce_https=True,
            tls_security_policy=opensearch.TLSSecurityPolicy.TLS_1_2_PFS,
            advanced_options={"rest.action.multi.allow_explicit_index": "true"},
            enable_auto_software_update=True,
            removal_policy=RemovalPolicy.RETAIN,
            # Our own policy below: the library's would be written by a custom resource.
            suppress_logs_resource_policy=True,
            logging=self._logging(),
        )
        self._let_this_account_ask()
        CfnOutput(self, "IndexEndpoint", value=self.domain.domain_endpoint)

    @property
    def index(self) -> SearchIndex:
        """How functions reach the index."""
        url = f"https://{self.domain.domain_endpoint}"
        return SearchIndex(kind="opensearch", opensearch_url=url, domain_arn=self.domain.domain_arn)

    def _logging(self) -> opensearch.LoggingOptions:
        groups = {
            name: log_group(self, name, stage=self.stage_config)
            for name in ("Slow", "SlowIndexing", "Errors")
        }
        logs.ResourcePolicy(
            self,
            "DomainMayLog",
            policy_statements=[
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal("es.amazonaws.com")],
                    actions=["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"],
                    resources=[group.log_group_arn for group in groups.values()],
                    conditions={"StringEquals": {"aws:SourceAccount": self.account}},
                )
            ],
        )
        return opensearch.LoggingOptions(
            slow_search_log_enabled=True,
            slow_search_log_group=groups["Slow"],
            slow_index_log_enabled=True,
            slow_index_log_group=groups["SlowIndexing"],
            app_log_enabled=True,
            app_log_group=groups["Errors"],
        )

    def _let_this_account_ask(self) -> None:
        verbs = ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpDelete"]
        resource = self.domain.node.default_child
        if not isinstance(resource, opensearch.CfnDomain):
            raise TypeError("a domain without a domain resource")
        arn = self.format_arn(
            service="es", resource="domain", resource_name=f"{self.stage_config.named('index')}/*"
        )
        resource.domain_name = self.stage_config.named("index")
        statement = iam.PolicyStatement(
            principals=[iam.AccountRootPrincipal()], actions=verbs, resources=[arn]
        )
        resource.access_policies = iam.PolicyDocument(statements=[statement])
        explain(
            self.domain,
            "AwsSolutions-OS3",
            "In a private network: security groups, not addresses, say who may connect.",
        )
