"""The public face: one origin for dashboard, widget and API."""

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from infra.api_reference import DESCRIPTION_PATH, PAGE_PATH
from infra.capacity import DomainConfig
from infra.config import StageConfig
from infra.constructs.bucket import Bucket
from infra.constructs.findings import explain
from infra.constructs.http_api import HttpGateway
from infra.constructs.page_headers import page_headers, widget_headers
from infra.constructs.web_firewall import WebFirewall
from infra.stacks.data import DataStack
from infra.stacks.stage_stack import StageStack

# Those that CloudFront keeps of itself.
_ERRORS = (404, 405, 414, 500, 501, 502, 503, 504)
# Pages are routes of the dashboard; only paths without a file name become its page, so that neither a
# missing file nor an error of the API is ever answered with a page.
_PAGES = """function handler(event) {
  var request = event.request;
  var last = request.uri.split('/').pop();
  if (last.indexOf('.') === -1) { request.uri = '/index.html'; }
  return request;
}"""


class WebStack(StageStack):
    """The distribution, what it serves, and the HTTP API's gateway behind ``/api/``."""

    def __init__(self, scope: Construct, *, stage: StageConfig, data: DataStack) -> None:
        super().__init__(scope, "web", stage=stage)
        self.gateway = HttpGateway(self, "Gateway", stage=stage)
        # What it holds is built from the repository, so it may go with the stack's other parts.
        self.bucket = Bucket(self, "Web", stage=stage, access_logs=data.access_logs, forget_after_days=30)
        assets = self._files(page_headers(self, stage=stage, name="Assets"))
        api = self._api()
        firewall = WebFirewall(self, "Firewall", stage=stage) if stage.has_waf else None
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=stage.named("web"),
            default_root_object="index.html",
            default_behavior=self._pages(),
            additional_behaviors={
                "/assets/*": assets,
                "/widget/*": self._files(widget_headers(self, stage=stage)),
                # Before "/api/*": the first pattern that fits decides.
                f"/{PAGE_PATH}": assets,
                f"/{DESCRIPTION_PATH}": assets,
                "/api/*": api,
                "/.well-known/*": api,
                "/webhook/*": api,
                # Whoever watches asks the API, not for a page.
                "/health": api,
            },
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021
            if stage.domain
            else None,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            web_acl_id=firewall.arn if firewall else None,
            certificate=self._certificate(stage.domain) if stage.domain else None,
            domain_names=[stage.domain.app_name] if stage.domain else None,
            # CloudFront would keep these ten seconds, whoever asks, and whatever the API says of keeping.
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0)) for status in _ERRORS
            ],
        )
        self._explain(stage)
        self.app_url = self._address(stage)
        CfnOutput(self, "WebBucketName", value=self.bucket.name)
        CfnOutput(self, "DistributionId", value=self.distribution.distribution_id)
        CfnOutput(self, "AppOrigin", value=self.app_url)

    def _pages(self) -> cloudfront.BehaviorOptions:
        code = cloudfront.FunctionCode.from_inline(_PAGES)
        rewrite = cloudfront.Function(self, "Pages", code=code, runtime=cloudfront.FunctionRuntime.JS_2_0)
        return cloudfront.BehaviorOptions(
            origin=self._bucket_origin(),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=page_headers(self, stage=self.stage_config, name="Pages"),
            compress=True,
            function_associations=[
                cloudfront.FunctionAssociation(
                    function=rewrite, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
                )
            ],
        )

    def _files(self, headers: cloudfront.ResponseHeadersPolicy) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=self._bucket_origin(),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=headers,
            compress=True,
        )

    def _api(self) -> cloudfront.BehaviorOptions:
        secret = self.gateway.edge_secret
        return cloudfront.BehaviorOptions(
            origin=origins.HttpOrigin(
                self.gateway.domain,
                read_timeout=Duration.seconds(30),
                custom_headers=secret.headers if secret else None,
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        )

    def _bucket_origin(self) -> cloudfront.IOrigin:
        return origins.S3BucketOrigin.with_origin_access_control(self.bucket.bucket)

    def _certificate(self, domain: DomainConfig) -> acm.Certificate:
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=domain.hosted_zone_id, zone_name=domain.name
        )
        validation = acm.CertificateValidation.from_dns(zone)
        return acm.Certificate(self, "Certificate", domain_name=domain.app_name, validation=validation)

    def _address(self, stage: StageConfig) -> str:
        if stage.domain is None:
            return f"https://{self.distribution.distribution_domain_name}"
        alias = route53.RecordTarget.from_alias(targets.CloudFrontTarget(self.distribution))
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "AddressZone", hosted_zone_id=stage.domain.hosted_zone_id, zone_name=stage.domain.name
        )
        route53.ARecord(self, "Address", zone=zone, record_name=stage.domain.app_name, target=alias)
        return f"https://{stage.domain.app_name}"

    def _explain(self, stage: StageConfig) -> None:
        here = self.distribution
        explain(here, "AwsSolutions-CFR1", "Creators and their visitors are everywhere.")
        explain(
            here,
            "AwsSolutions-CFR3",
            "The HTTP API logs its requests, the bucket its own; pages hold nothing private.",
        )
        if not stage.has_waf:
            explain(
                here, "AwsSolutions-CFR2", "This stage pays for no firewall; the API limits rates itself."
            )
        if stage.domain is None:
            explain(
                here,
                "AwsSolutions-CFR4",
                "Without a domain of its own CloudFront fixes the protocol of its certificate.",
            )
