"""`alula doctor` has one line per port, and a wrong setting is a line, not a crash."""

from alula.engines.checks import checks


def test_every_port_has_its_line(monkeypatch, tmp_path):
    monkeypatch.setenv("ALULA_DATA", str(tmp_path))
    monkeypatch.setenv("ALULA_VOICE", "none")
    monkeypatch.setenv("ALULA_RECOGNITION", "none")
    lines = checks()
    assert [line.port for line in lines] == ["files", "voice activity", "voice", "recognition"]
    assert all(line.detail["zh"] and line.detail["en"] and line.engine for line in lines)


def test_a_wrong_name_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("ALULA_DATA", str(tmp_path))
    monkeypatch.setenv("ALULA_VOICE", "parrot")
    monkeypatch.setenv("ALULA_RECOGNITION", "ears")
    wrong = [line for line in checks() if not line.ok and line.port in ("voice", "recognition")]
    assert ["parrot" in wrong[0].detail["zh"], "ears" in wrong[1].detail["en"]] == [True, True]
