"""A file is whole or not there, stays inside the folder whatever its key says, and is gone when it was deleted."""

import io
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alula.engines.files import FolderFiles, chosen_files
from alula.kernel.errors import Refusal


@pytest.fixture(params=["folder"])
def files(request, tmp_path):
    """Each adapter, empty."""
    return {"folder": lambda: FolderFiles(tmp_path / "kept")}[request.param]()


def content(files, key):
    with files.open(key) as kept:
        return kept.read()


class TestEveryStore:
    def test_keeps_bytes_and_streams(self, files):
        assert files.put("coach/1/0.wav", b"sound") == 5
        assert content(files, "coach/1/0.wav") == b"sound"
        big = bytes(range(256)) * 10_000
        assert files.put("coach/1/big.bin", io.BytesIO(big)) == len(big)
        assert content(files, "coach/1/big.bin") == big
        assert files.put("empty", b"") == 0
        assert content(files, "empty") == b""

    def test_replaces_in_one_step(self, files):
        files.put("a", b"old")
        with files.open("a") as reading:
            files.put("a", b"new")
            assert reading.read() == b"old"
        assert content(files, "a") == b"new"

    def test_says_what_is_there(self, files):
        assert not files.exists("a/b")
        files.put("a/b", b"x")
        assert files.exists("a/b")
        assert not files.exists("a")
        assert files.delete("a/b")
        assert not files.delete("a/b")
        assert not files.delete("a")
        with pytest.raises(Refusal) as refused:
            files.open("a/b")
        assert refused.value.status == 404

    def test_lists_what_a_talk_left_behind(self, files):
        for key in ("coach/s1/1.wav", "coach/s1/0.wav", "coach/s10/0.wav", "other/x"):
            files.put(key, b"x")
        assert list(files.keys("coach/s1")) == ["coach/s1/0.wav", "coach/s1/1.wav"]
        assert list(files.keys("coach/none")) == []

    @pytest.mark.parametrize(
        "key",
        ["", "/", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", ".hidden", "a/.part-x", "a\\b", "a\0b", "a b", "文件",
         "a/" * 300 + "a", "x" * 200, "~root", "C:x", "a\n"],
    )  # fmt: skip
    def test_refuses_what_is_no_key(self, files, key):
        for act in (lambda: files.put(key, b"x"), lambda: files.open(key), lambda: files.exists(key),
                    lambda: files.delete(key), lambda: list(files.keys(key))):  # fmt: skip
            with pytest.raises(Refusal) as refused:
                act()
            assert refused.value.code == "files.key"

    def test_a_broken_upload_leaves_the_old_file_and_nothing_else(self, files):
        class Broken(io.BytesIO):
            def read(self, size=-1):
                raise ConnectionResetError

        files.put("a/b", b"old")
        with pytest.raises(ConnectionResetError):
            files.put("a/b", Broken())
        assert content(files, "a/b") == b"old"
        assert list(files.keys("a")) == ["a/b"]

    def test_readers_never_see_half_a_file_while_writers_write(self, files):
        whole = {bytes([letter]) * 200_000 for letter in b"abcd"}
        files.put("shared", next(iter(whole)))
        stop = threading.Event()

        def write(data):
            while not stop.is_set():
                files.put("shared", data)

        writers = [threading.Thread(target=write, args=(data,)) for data in whole]
        for writer in writers:
            writer.start()
        seen = [content(files, "shared") for _ in range(60)]
        stop.set()
        for writer in writers:
            writer.join()
        assert set(seen) <= whole

    def test_is_well(self, files):
        assert files.health().ok


@settings(deadline=None)
@given(st.text("ab/.\\~\n\0 -_é", max_size=40))
def test_no_key_leads_out_of_the_folder(tmp_path_factory, key):
    root = tmp_path_factory.getbasetemp() / "inside"
    try:
        path = FolderFiles(root)._path(key)
    except Refusal:
        return
    assert path.resolve().is_relative_to(root.resolve())


def test_a_link_does_not_lead_out_either(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("s")
    root = tmp_path / "kept"
    root.mkdir()
    (root / "way").symlink_to(outside)
    files = FolderFiles(root)
    for act in (
        lambda: files.open("way/secret"),
        lambda: files.put("way/x", b""),
        lambda: files.delete("way/secret"),
    ):
        with pytest.raises(Refusal, match=r"files\.key"):
            act()
    assert sorted(path.name for path in outside.iterdir()) == ["secret"]


def test_empty_folders_go_with_their_last_file(tmp_path):
    files = FolderFiles(tmp_path / "kept")
    files.put("a/b/c", b"x")
    files.delete("a/b/c")
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    assert not FolderFiles(tmp_path / "file").health().ok


def test_the_setting_chooses(monkeypatch, tmp_path):
    monkeypatch.setenv("ALULA_FILES", "")
    monkeypatch.setenv("ALULA_DATA", str(tmp_path / "data"))
    chosen_files().put("a", b"1")
    assert (tmp_path / "data" / "files" / "a").read_bytes() == b"1"
    monkeypatch.setenv("ALULA_FILES", str(tmp_path / "elsewhere"))
    chosen_files().put("a", b"2")
    assert (tmp_path / "elsewhere" / "a").read_bytes() == b"2"
