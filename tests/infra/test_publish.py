"""The built faces arrive in the bucket with the types and cache times that browsers need."""

from pathlib import Path
from shutil import copyfile

import boto3
import pytest
from moto import mock_aws

from infra.function_source import ROOT
from infra.publish import NotBuiltError, put_all, uploads


@pytest.fixture
def built(tmp_path: Path) -> Path:
    for name in (
        "web/dist/index.html",
        "web/dist/assets/index-1a2b.js",
        "web/dist/logo.svg",
        "widget/dist/loader.js",
        "widget/dist/panel-8d3cc8273b.js",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    (tmp_path / "docs").mkdir()
    copyfile(ROOT / "docs/openapi.json", tmp_path / "docs/openapi.json")
    (tmp_path / ".build").mkdir()
    return tmp_path


def test_pages_come_after_what_they_name(built: Path):
    assert [upload.key for upload in uploads(built)] == [
        "api/v1/openapi.json",
        "assets/index-1a2b.js",
        "logo.svg",
        "widget/loader.js",
        "widget/panel-8d3cc8273b.js",
        "api/v1/docs",
        "index.html",
    ]


def test_only_hashed_names_are_kept_forever(built: Path):
    times = {upload.key: upload.cache_control for upload in uploads(built)}
    assert "immutable" in times["assets/index-1a2b.js"]
    assert "immutable" in times["widget/panel-8d3cc8273b.js"]
    assert times["index.html"] == times["logo.svg"] == "public, max-age=0, must-revalidate"
    assert times["widget/loader.js"] == "public, max-age=300"


def test_a_face_that_was_not_built_is_named(tmp_path: Path):
    with pytest.raises(NotBuiltError, match="widget/dist"):
        uploads(tmp_path)


@mock_aws
def test_files_arrive_with_their_types(built: Path):
    s3 = boto3.client("s3", "us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    s3.create_bucket(Bucket="faces")
    put_all(s3, "faces", uploads(built))
    types = {
        key: s3.head_object(Bucket="faces", Key=key)["ContentType"]
        for key in ("index.html", "widget/loader.js", "logo.svg", "api/v1/docs", "api/v1/openapi.json")
    }
    assert types == {
        "index.html": "text/html",
        "widget/loader.js": "text/javascript",
        "logo.svg": "image/svg+xml",
        "api/v1/docs": "text/html; charset=utf-8",
        "api/v1/openapi.json": "application/json",
    }
    assert s3.get_object(Bucket="faces", Key="index.html")["Body"].read() == b"web/dist/index.html"
