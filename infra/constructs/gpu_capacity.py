"""GPU instances that an ECS cluster adds and removes as its tasks need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.findings import explain

if TYPE_CHECKING:
    from infra.capacity import GpuConfig


class GpuCapacity(Construct):
    """A capacity provider; its instances are private, encrypted and hold nothing."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        gpu: GpuConfig,
        cluster: ecs.Cluster,
        group: ec2.ISecurityGroup,
    ) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
        disk = ec2.BlockDeviceVolume.ebs(100, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3)
        template = ec2.LaunchTemplate(
            self,
            "Template",
            instance_type=ec2.InstanceType(gpu.instance),
            machine_image=ecs.EcsOptimizedImage.amazon_linux2023(ecs.AmiHardwareType.GPU),
            role=role,
            security_group=group,
            user_data=ec2.UserData.for_linux(),
            require_imdsv2=True,
            http_put_response_hop_limit=1,
            block_devices=[ec2.BlockDevice(device_name="/dev/xvda", volume=disk)],
        )
        instances = autoscaling.AutoScalingGroup(
            self,
            "Instances",
            vpc=cluster.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            launch_template=template,
            min_capacity=gpu.min_instances,
            max_capacity=gpu.max_instances,
            group_metrics=[autoscaling.GroupMetrics.all()],
            new_instances_protected_from_scale_in=True,
            max_instance_lifetime=Duration.days(14),
        )
        self.provider = ecs.AsgCapacityProvider(
            self,
            "Provider",
            auto_scaling_group=instances,
            enable_managed_termination_protection=True,
            target_capacity_percent=100,
        )
        cluster.add_asg_capacity_provider(self.provider)
        explain(
            instances,
            "AwsSolutions-AS3",
            "Instances come and go with the tasks; the service's events tell of trouble.",
        )
        explain(role, "AwsSolutions-IAM5", "The container agent's registration actions know no resources.")
