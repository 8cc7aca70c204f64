"""Environment and TOML file: what was written, by whom, and what nobody should have written."""

from pathlib import Path

import pytest

from scripts.sources import Given, SettingsError, from_environment, from_file

KNOWN = ("BIND", "BODY_MAX", "RECEIVERS", "OPERATOR_TOKEN", "OPERATOR_TOKEN_FILE")


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_only_our_own_variables_are_read() -> None:
    found = from_environment({"COUNTERFOIL_BIND": "x:1", "BIND": "y:2", "PATH": "/bin"}, KNOWN)
    assert found == {"BIND": Given("x:1", "environment COUNTERFOIL_BIND")}


def test_an_empty_variable_counts_as_not_given() -> None:
    assert from_environment({"COUNTERFOIL_BIND": "", "COUNTERFOIL_OPERATOR_TOKEN_FILE": ""}, KNOWN) == {}


def test_what_belongs_to_others_is_left_alone() -> None:
    names = ("COUNTERFOIL_CONFIG", "COUNTERFOIL_IPN_SAMPLES", "COUNTERFOIL_CAMPAIGN")
    assert from_environment(dict.fromkeys(names, "x"), KNOWN) == {}


def test_a_misspelt_variable_is_an_error_that_knows_better() -> None:
    with pytest.raises(SettingsError, match=r"COUNTERFOIL_RECIEVERS is no setting; .* COUNTERFOIL_RECEIVERS"):
        from_environment({"COUNTERFOIL_RECIEVERS": "x"}, KNOWN)


def test_toml_may_hold_text_numbers_and_lists(tmp_path: Path) -> None:
    path = written(tmp_path / "c.toml", 'bind = "h:1"\nbody_max = 2048\nreceivers = ["a@b.c", "D"]\n')
    assert from_file(path, KNOWN) == {
        "BIND": Given("h:1", f"file {path}"),
        "BODY_MAX": Given("2048", f"file {path}"),
        "RECEIVERS": Given("a@b.c,D", f"file {path}"),
    }


def test_no_file_gives_nothing() -> None:
    assert from_file(None, KNOWN) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('recievers = ["a"]', "'recievers' in .* is no setting; the nearest one is receivers"),
        ('BIND = "h:1"', "'BIND' in .*; the nearest one is bind"),
        ("bind = true", "BIND is a TOML bool .*; expected text, a number or a list"),
        ("bind = {host = 1}", "BIND is a TOML dict"),
        ("receivers = [1]", "RECEIVERS is a TOML list"),
        ('receivers = ["a,b"]', "RECEIVERS is a TOML list"),
        ("bind = ", "expected a TOML file"),
    ],
)
def test_what_no_file_should_say(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected) as caught:
        from_file(written(tmp_path / "c.toml", text), KNOWN)
    assert str(caught.value).isprintable()


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"CONFIG is '.*none\.toml'; expected a TOML file \(no such file"):
        from_file(str(tmp_path / "none.toml"), KNOWN)


def test_a_token_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path / "token", "  s3cret\n")
    found = from_environment({"COUNTERFOIL_OPERATOR_TOKEN_FILE": path}, KNOWN)
    assert found == {"OPERATOR_TOKEN": Given("s3cret", f"file {path} (OPERATOR_TOKEN_FILE)")}


def test_a_token_and_its_file_at_once_are_one_too_many(tmp_path: Path) -> None:
    pair = {"COUNTERFOIL_OPERATOR_TOKEN": "s3cret", "COUNTERFOIL_OPERATOR_TOKEN_FILE": str(tmp_path)}
    with pytest.raises(SettingsError, match="expected one of them") as caught:
        from_environment(pair, KNOWN)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_token_file_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"OPERATOR_TOKEN_FILE is .*; expected a file"):
        from_environment({"COUNTERFOIL_OPERATOR_TOKEN_FILE": str(path)}, KNOWN)
