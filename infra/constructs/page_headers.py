"""Security headers of what the distribution serves from its bucket."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra.config import StageConfig

_TWO_YEARS = Duration.days(730)


def page_headers(scope: Construct, *, stage: StageConfig, name: str) -> cloudfront.ResponseHeadersPolicy:
    """Return the headers of the dashboard: scripts only from here, talks only to API, socket and uploads."""
    region = Stack.of(scope).region
    talks_to = f"'self' wss://*.execute-api.{region}.amazonaws.com https://*.s3.{region}.amazonaws.com https://*.s3.amazonaws.com"
    policy = {
        "default-src": "'self'",
        "connect-src": talks_to,
        "img-src": "'self' data: https:",
        "style-src": "'self' 'unsafe-inline'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return cloudfront.ResponseHeadersPolicy(
        scope,
        f"{name}Headers",
        response_headers_policy_name=stage.named(f"{name.lower()}-headers"),
        security_headers_behavior=_security("; ".join(f"{key} {value}" for key, value in policy.items())),
    )


def widget_headers(scope: Construct, *, stage: StageConfig) -> cloudfront.ResponseHeadersPolicy:
    """Return the headers of the widget's files, which every site may load."""
    cors = cloudfront.ResponseHeadersCorsBehavior(
        access_control_allow_credentials=False,
        access_control_allow_headers=["*"],
        access_control_allow_methods=["GET", "HEAD"],
        access_control_allow_origins=["*"],
        origin_override=True,
    )
    anywhere = cloudfront.ResponseCustomHeader(
        header="Cross-Origin-Resource-Policy", value="cross-origin", override=True
    )
    return cloudfront.ResponseHeadersPolicy(
        scope,
        "WidgetHeaders",
        response_headers_policy_name=stage.named("widget-headers"),
        cors_behavior=cors,
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(custom_headers=[anywhere]),
        security_headers_behavior=_security("default-src 'none'"),
    )


def _security(content_security_policy: str) -> cloudfront.ResponseSecurityHeadersBehavior:
    return cloudfront.ResponseSecurityHeadersBehavior(
        content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
            content_security_policy=content_security_policy, override=True
        ),
        content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
        frame_options=cloudfront.ResponseHeadersFrameOptions(
            frame_option=cloudfront.HeadersFrameOption.DENY, override=True
        ),
        referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
            referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override=True
        ),
        strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
            access_control_max_age=_TWO_YEARS, include_subdomains=True, override=True
        ),
    )
