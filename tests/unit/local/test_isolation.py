import os

import boto3
import pytest

from infra.local.isolation import isolate


@pytest.fixture
def strange_home(tmp_path, monkeypatch):
    """A person whose default profile is of a real account, in another region, by a proxy."""
    (tmp_path / ".aws").mkdir()
    profile = "region = eu-south-2\nendpoint_url = https://elsewhere.example\naws_access_key_id = AKIDREAL\n"
    (tmp_path / ".aws/config").write_text(f"[default]\n{profile}aws_secret_access_key = real\n")
    environment = {"HOME": str(tmp_path), "AWS_PROFILE": "default", "HTTP_PROXY": "http://proxy.example:3128"}
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def found() -> tuple[str | None, str]:
    session = boto3.Session()
    credentials = session.get_credentials()
    return session.region_name, credentials.access_key if credentials else ""


def test_a_person_s_own_account_is_not_found(strange_home, monkeypatch):
    assert found() == ("eu-south-2", "AKIDREAL")

    environment = dict(os.environ)
    isolate(environment)
    for name in set(os.environ) - set(environment):
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert found() == (None, "")
    assert boto3.client("s3", region_name="us-east-1").meta.endpoint_url == "https://s3.amazonaws.com"


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_no_proxy_stands_before_this_machine_s_servers_and_others_stay(name):
    environment = {name: "internal.example"}
    isolate(environment)
    isolate(environment)
    assert environment[name] == "internal.example,127.0.0.1,localhost"
