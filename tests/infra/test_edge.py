"""The public face: one origin, safe headers, errors of the API left as they are."""

import pytest

from infra.constructs.edge_secret import generations_at, shown_at
from tests.infra.synthesis import Resource, Synthesis, as_list


def distribution(stage: Synthesis) -> dict:
    (found,) = stage.resources("AWS::CloudFront::Distribution")
    return found.properties["DistributionConfig"]


def test_errors_are_never_replaced_by_a_page_nor_kept_for_others(aws_stage: Synthesis):
    errors = distribution(aws_stage)["CustomErrorResponses"]
    assert {each["ErrorCode"] for each in errors} >= {404, 414, 500, 501, 502, 503, 504}
    for each in errors:
        assert each["ErrorCachingMinTTL"] == 0
        assert "ResponsePagePath" not in each and "ResponseCode" not in each


@pytest.mark.parametrize("path", ["/health", "/api/*", "/.well-known/*"])
def test_what_is_the_apis_is_asked_of_the_api(aws_stage: Synthesis, path: str):
    config = distribution(aws_stage)
    (origin,) = [each["Id"] for each in config["Origins"] if "CustomOriginConfig" in each]
    (asked,) = [each for each in config["CacheBehaviors"] if each["PathPattern"] == path]
    assert asked["TargetOriginId"] == origin


def test_the_api_is_not_cached_and_every_method_passes(aws_stage: Synthesis):
    (api,) = [each for each in distribution(aws_stage)["CacheBehaviors"] if each["PathPattern"] == "/api/*"]
    assert set(api["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
    # The managed policy CachingDisabled.
    assert api["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert "FunctionAssociations" not in api


def test_the_api_reference_is_read_from_the_bucket_before_the_api_is_asked(aws_stage: Synthesis):
    behaviors = distribution(aws_stage)["CacheBehaviors"]
    patterns = [each["PathPattern"] for each in behaviors]
    origins = {each["PathPattern"]: each["TargetOriginId"] for each in behaviors}
    for path in ("/api/v1/docs", "/api/v1/openapi.json"):
        assert patterns.index(path) < patterns.index("/api/*")
        assert origins[path] == origins["/assets/*"]


def test_pages_cannot_be_framed_nor_run_foreign_scripts(aws_stage: Synthesis):
    policies = [
        each.properties["ResponseHeadersPolicyConfig"]
        for each in aws_stage.resources("AWS::CloudFront::ResponseHeadersPolicy")
    ]
    pages = next(each for each in policies if each["Name"].endswith("pages-headers"))
    text = pages["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    rules = dict(rule.split(" ", 1) for rule in text.split("; "))
    assert rules["default-src"] == "'self'"
    assert "script-src" not in rules
    assert rules["frame-ancestors"] == "'none'"


def test_every_site_may_load_the_widget(aws_stage: Synthesis):
    policies = [
        each.properties["ResponseHeadersPolicyConfig"]
        for each in aws_stage.resources("AWS::CloudFront::ResponseHeadersPolicy")
    ]
    widget = next(each for each in policies if each["Name"].endswith("widget-headers"))
    assert widget["CorsConfig"]["AccessControlAllowOrigins"]["Items"] == ["*"]
    assert widget["CorsConfig"]["AccessControlAllowCredentials"] is False


def test_the_http_api_allows_foreign_origins_without_credentials(stage: Synthesis):
    (api,) = [
        each
        for each in stage.resources("AWS::ApiGatewayV2::Api")
        if each.properties["ProtocolType"] == "HTTP"
    ]
    cors = api.properties["CorsConfiguration"]
    assert cors["AllowOrigins"] == ["*"]
    assert not cors.get("AllowCredentials")


def test_production_has_a_firewall_and_starter_does_not(synthesised: dict[str, Synthesis]):
    assert "WebACLId" in distribution(synthesised["production"])
    assert "WebACLId" not in distribution(synthesised["starter"])


def test_the_firewall_limits_floods(production: Synthesis):
    (acl,) = production.resources("AWS::WAFv2::WebACL")
    rates = [
        rule["Statement"]["RateBasedStatement"]
        for rule in acl.properties["Rules"]
        if "RateBasedStatement" in rule["Statement"]
    ]
    assert rates == [{"AggregateKeyType": "IP", "Limit": 3000}]


def behind_the_gateway(stage: Synthesis) -> list[Resource]:
    uris = [each.properties["IntegrationUri"] for each in stage.resources("AWS::ApiGatewayV2::Integration")]
    names = {uri["Fn::GetAtt"][0] for uri in uris if "Fn::GetAtt" in uri}
    return [function for function in stage.functions() if function.logical_id in names]


def edge_secrets(stage: Synthesis) -> list[str]:
    return [each.ref for each in stage.resources("AWS::SecretsManager::Secret") if "Edge" in each.logical_id]


def test_the_edge_shows_the_api_a_secret_that_is_in_no_template(aws_stage: Synthesis):
    (api,) = [each for each in distribution(aws_stage)["Origins"] if "CustomOriginConfig" in each]
    (header,) = api["OriginCustomHeaders"]
    assert header["HeaderName"] == "X-Origin-Verify"
    shown = aws_stage.readable(header["HeaderValue"])
    assert shown in {
        f"{{{{resolve:secretsmanager:{ref}:SecretString:::}}}}" for ref in edge_secrets(aws_stage)
    }


def test_every_http_function_knows_both_secrets_and_may_read_them(aws_stage: Synthesis):
    both = edge_secrets(aws_stage)
    assert len(both) == 2 and behind_the_gateway(aws_stage)
    for function in behind_the_gateway(aws_stage):
        known = aws_stage.readable(function.properties["Environment"]["Variables"]["EDGE_SECRET_ARNS"])
        assert known == ",".join(both), function.where
        readable = {
            aws_stage.readable(resource)
            for statement in aws_stage.statements(function.properties["Role"]["Fn::GetAtt"][0])
            if "secretsmanager:GetSecretValue" in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
        }
        assert set(both) <= readable, function.where


def test_a_stage_without_an_edge_has_no_secret_of_it(local: Synthesis):
    assert not edge_secrets(local)
    for function in local.functions():
        assert "EDGE_SECRET_ARNS" not in function.properties["Environment"]["Variables"]


@pytest.mark.parametrize("step", range(9))
def test_the_edge_only_ever_shows_a_secret_that_the_api_knew_before(step: int):
    before, after = generations_at(step), generations_at(step + 1)
    shown = shown_at(step + 1)
    assert before[shown] == after[shown]


def test_two_steps_show_a_new_secret():
    secrets = [(shown_at(step), generations_at(step)[shown_at(step)]) for step in range(0, 20, 2)]
    assert len(set(secrets)) == len(secrets)
