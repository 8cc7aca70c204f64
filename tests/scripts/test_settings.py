"""Settings: what wins, where it came from, and one line when something is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.settings import SETTINGS, Address, SettingsError, read_settings


def test_with_nothing_given_everything_has_its_default() -> None:
    settings = read_settings({})
    assert settings.database == "sqlite:///var/counterfoil.db"
    assert (settings.bind, settings.office) == (Address("127.0.0.1", 8000), Address("127.0.0.1", 8001))
    assert (settings.paypal, settings.unpriced, settings.body_max) == ("sandbox", "hold", 262_144)
    assert settings.verify_url == "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr"
    assert (settings.receivers, settings.catalogue) == ((), None)
    assert (settings.operator_token, settings.viewer_token) == (None, None)
    assert set(settings.origins) == {setting.name for setting in SETTINGS}
    assert settings.origins["BIND"] == "default"
    assert settings.origins["VERIFY_URL"] == "by PAYPAL"
    assert settings.origins["OPERATOR_TOKEN"] == "generated var/operator.token"


def test_option_over_environment_over_file_over_default(tmp_path: Path) -> None:
    path = tmp_path / "counterfoil.toml"
    path.write_text('bind = "f:1"\noffice = "f:2"\nbody_max = 4096\n', encoding="utf-8")
    environ = {"COUNTERFOIL_CONFIG": str(path), "COUNTERFOIL_BIND": "e:1", "COUNTERFOIL_OFFICE": "e:2"}
    settings = read_settings(environ, {"BIND": "o:1"})
    assert (str(settings.bind), str(settings.office), settings.body_max) == ("o:1", "e:2", 4096)
    assert settings.origins["BIND"] == "option --bind"
    assert settings.origins["OFFICE"] == "environment COUNTERFOIL_OFFICE"
    assert settings.origins["BODY_MAX"] == f"file {path}"
    assert settings.origins["PAYPAL"] == "default"


def test_paypal_selects_the_post_back_host_and_verify_url_wins() -> None:
    assert (
        read_settings({"COUNTERFOIL_PAYPAL": "live"}).verify_url == "https://ipnpb.paypal.com/cgi-bin/webscr"
    )
    named = {"COUNTERFOIL_PAYPAL": "live", "COUNTERFOIL_VERIFY_URL": "https://proxy.example.com/"}
    assert read_settings(named).verify_url == "https://proxy.example.com/"


def test_the_inbox_is_a_sibling_of_the_book() -> None:
    settings = read_settings({"COUNTERFOIL_DATABASE": "sqlite:////srv/shop/books.db"})
    assert settings.store.files == (Path("/srv/shop/books.db"), Path("/srv/shop/books.inbox.db"))
    assert settings.home == Path("/srv/shop")


def test_a_house_on_a_server_keeps_its_tokens_in_var() -> None:
    settings = read_settings({"COUNTERFOIL_DATABASE": "postgresql://ann:s3cret@db/shop"})
    assert (settings.store.kind, settings.store.files) == ("postgresql", ())
    assert settings.home == Path("var")
    assert settings.origins["OPERATOR_TOKEN"] == "generated var/operator.token"


def test_a_token_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("s3cret\n", encoding="ascii")
    settings = read_settings({"COUNTERFOIL_OPERATOR_TOKEN_FILE": str(path)})
    assert settings.operator_token == "s3cret"
    assert settings.origins["OPERATOR_TOKEN"] == f"file {path} (OPERATOR_TOKEN_FILE)"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("BIND", "nowhere", "host:port"),
        ("PAYPAL", "Live", "sandbox or live"),
        ("UNPRICED", "maybe", "hold or ship"),
        ("LOG_FORMAT", "xml", "console or json"),
        ("BODY_MAX", "1023", "from 1024 to 16777216"),
        ("BODY_MAX", "16777217", "from 1024 to 16777216"),
        ("CATALOGUE", "no-such-file.toml", "a file that can be read"),
        ("CATALOGUE", ".", "a file that can be read"),
        ("VERIFY_URL", "http://example.com/", "https://"),
        ("DATABASE", "mysql://x", "sqlite:///"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_everything(name: str, text: str, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({f"COUNTERFOIL_{name}": text})
    line = str(caught.value)
    assert line.startswith(f"{name} is {text!r} (environment COUNTERFOIL_{name}); expected ")
    assert expected in line
    assert line.isprintable()


def test_listener_and_office_need_two_addresses() -> None:
    with pytest.raises(SettingsError, match=r"BIND and OFFICE are both 127\.0\.0\.1:8001"):
        read_settings({"COUNTERFOIL_BIND": "127.0.0.1:8001"})


def test_one_token_cannot_be_both() -> None:
    with pytest.raises(SettingsError, match="OPERATOR_TOKEN and VIEWER_TOKEN are the same") as caught:
        read_settings({"COUNTERFOIL_OPERATOR_TOKEN": "s3cret", "COUNTERFOIL_VIEWER_TOKEN": "s3cret"})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("OPERATOR_TOKEN", "s3cret with blanks"),
        ("DATABASE", "postgresql://user:s3cret@host/"),
        ("DATABASE", "postgresql://user:s3cret/slash@host:x/db"),
        ("DATABASE", "postgresql://host/db?password=s3cret&nonsense=1"),
        ("DATABASE", "postgresql://host/db?PASSWORD=s3cret"),
        ("DATABASE", "postgres:/user:s3cret@host/db"),
        ("DATABASE", "postgresql://user:se@s3cret@host/db"),
        ("DATABASE", "postgresql://user:s3\ncret@host/db"),
        ("VERIFY_URL", "https://user:s3cret@host/"),
    ],
)
def test_no_error_tells_a_secret(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({f"COUNTERFOIL_{name}": text})
    assert "s3cret" not in str(caught.value)


def test_settings_do_not_show_their_tokens() -> None:
    assert "s3cret" not in repr(read_settings({"COUNTERFOIL_OPERATOR_TOKEN": "s3cret"}))


def test_a_child_is_told_all_settings_and_only_the_secrets_it_needs(tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.touch()
    environ = {
        "COUNTERFOIL_BIND": "[::1]:9000",
        "COUNTERFOIL_RECEIVERS": "a@example.com,B",
        "COUNTERFOIL_CATALOGUE": str(prices),
        "COUNTERFOIL_OPERATOR_TOKEN": "s3cret",
        "COUNTERFOIL_BODY_MAX": "2048",
    }
    settings = read_settings(environ)
    assert read_settings(settings.environment(secrets=[one.name for one in SETTINGS])) == settings
    assert "s3cret" not in str(settings.environment())


@given(name=st.sampled_from([setting.name for setting in SETTINGS]), text=st.text(min_size=1, max_size=40))
def test_any_text_in_any_setting_is_taken_or_one_line(name: str, text: str) -> None:
    try:
        read_settings({f"COUNTERFOIL_{name}": text})
    except SettingsError as error:
        assert str(error).isprintable()  # noqa: PT017 - most texts are wrong, none may raise anything else
