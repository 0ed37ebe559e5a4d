"""The TypeScript of the socket protocol says what `contracts/socket.py` says."""

import typing

import pytest

from autosocial.contracts import socket
from tests.architecture import generate_protocol


@pytest.mark.parametrize("path", generate_protocol.TARGETS, ids=lambda path: path.parts[-3])
def test_generated_types_match_the_contract(path):
    assert path.read_text(encoding="utf-8") == generate_protocol.render(), "run `npm run generate -w widget`"


def test_every_frame_and_field_of_the_contract_is_in_the_types():
    text = generate_protocol.render()
    for union in (socket.UpFrame, socket.DownFrame):
        for frame in typing.get_args(union):
            body = text.split(f"export interface {frame.__name__} {{")[1].split("}")[0]
            fields = {line.split(":")[0].split()[-1].rstrip("?") for line in body.strip().splitlines()}
            assert fields == {"type", *frame.__struct_fields__}


def test_check_fails_on_a_stale_file_and_names_it(tmp_path, monkeypatch, capsys):
    stale = tmp_path / "protocol.gen.ts"
    stale.write_text("export type UpFrame = never;\n", encoding="utf-8")
    monkeypatch.setattr(generate_protocol, "ROOT", tmp_path)
    monkeypatch.setattr(generate_protocol, "TARGETS", (stale,))
    assert generate_protocol.main(["--check"]) == 1
    assert "protocol.gen.ts is out of date" in capsys.readouterr().err
    assert generate_protocol.main([]) == 0
    assert generate_protocol.main(["--check"]) == 0


def test_the_types_have_no_runtime_bytes():
    statements = [line for line in generate_protocol.render().splitlines() if line.startswith("export ")]
    assert statements
    assert all(line.startswith(("export type ", "export interface ")) for line in statements)
