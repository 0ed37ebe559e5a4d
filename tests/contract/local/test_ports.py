import socket

import pytest

from infra.local.console import LocalStackError
from infra.local.ports import check_disk, check_ports, check_tools, is_free
from tests.free_ports import free_port


def test_a_taken_port_is_named_with_its_use_and_its_holder():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        assert not is_free(port)
        with pytest.raises(LocalStackError) as refusal:
            check_ports({"dashboard": port, "demo site": free_port()}, stop="INDEX=opensearch make stop")

    assert f"port {port} (dashboard) is taken by process" in refusal.value.problem
    assert "demo site" not in refusal.value.problem
    assert "DASHBOARD_PORT" in refusal.value.remedy
    assert "INDEX=opensearch make stop" in refusal.value.remedy
    assert is_free(port)


def test_free_ports_pass():
    check_ports({"dashboard": free_port()}, stop="make stop")


def test_the_tools_of_this_machine_are_named():
    assert check_tools().startswith("Python 3.")


def test_a_machine_without_node_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LocalStackError, match="Install Node.js 20"):
        check_tools()


def test_a_folder_that_cannot_be_made_says_what_to_use_instead(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalStackError, match="--state DIR"):
        check_disk(tmp_path / "file" / "state")
