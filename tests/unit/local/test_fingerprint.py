from infra.local.fingerprint import Stamp, fingerprint


def test_the_fingerprint_changes_with_content_name_and_extra_words(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.py").write_text("one")
    first = fingerprint([source], extra=["x"])

    assert fingerprint([source], extra=["x"]) == first
    assert fingerprint([source], extra=["y"]) != first
    (source / "a.py").write_text("two")
    changed = fingerprint([source], extra=["x"])
    assert changed != first
    (source / "a.py").rename(source / "b.py")
    assert fingerprint([source], extra=["x"]) != changed


def test_what_tools_leave_behind_does_not_change_it(tmp_path):
    (tmp_path / "a.py").write_text("one")
    before = fingerprint([tmp_path])
    for name in ("node_modules", "__pycache__", "dist"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "left.js").write_text("x")
    (tmp_path / "a.pyc").write_text("x")

    assert fingerprint([tmp_path]) == before


def test_an_absent_path_counts_as_empty(tmp_path):
    assert fingerprint([tmp_path / "nowhere"]) == fingerprint([])


def test_a_stamp_remembers_only_the_last_good_run(tmp_path):
    stamp = Stamp(tmp_path / "state" / "synth.stamp")
    assert not stamp.matches("a")

    stamp.set("a")
    assert stamp.matches("a")
    assert not stamp.matches("b")

    stamp.clear()
    stamp.clear()
    assert not stamp.matches("a")
