"""`counterfoil config`: every setting, masked where it must be, and its origin."""

import json

from scripts.config import described
from scripts.settings import SETTINGS, read_settings
from tests.served import Run


def test_every_setting_is_shown_with_its_origin(counterfoil: Run) -> None:
    done = counterfoil("config", BIND="127.0.0.1:9000", OPERATOR_TOKEN="s3cret")
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0] == ["setting", "value", "origin"]
    assert [row[0] for row in rows[1:]] == [setting.name for setting in SETTINGS]
    assert ["BIND", "127.0.0.1:9000", "environment", "COUNTERFOIL_BIND"] in rows
    assert ["VERIFY_URL", "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr", "by", "PAYPAL"] in rows
    assert "s3cret" not in done.stdout


def test_the_same_as_json(counterfoil: Run) -> None:
    done = counterfoil("config", "--json", RECEIVERS="a@example.com,B", VIEWER_TOKEN="s3cret")
    items = {item["name"]: item for item in json.loads(done.stdout)["items"]}
    assert items["RECEIVERS"]["value"] == "a@example.com,B"
    assert items["CATALOGUE"] == {"name": "CATALOGUE", "value": None, "origin": "default"}
    assert items["VIEWER_TOKEN"]["value"] == "***"
    assert "s3cret" not in done.stdout


def test_the_password_of_a_database_is_not_shown(counterfoil: Run) -> None:
    for address in ("postgresql://shop:s3cret@a,b/house", "postgresql://shop@a,b/house?password=s3cret"):
        done = counterfoil("config", DATABASE=address)
        assert "s3cret" not in done.stdout
        assert "postgresql://shop@a,b/house" in done.stdout


def test_a_wrong_setting_is_one_line_and_exit_2(counterfoil: Run) -> None:
    done = counterfoil("config", BODY_MAX="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "counterfoil: BODY_MAX is '1' (environment COUNTERFOIL_BODY_MAX); "
        "expected a whole number from 1024 to 16777216\n"
    )


def test_secrets_are_masked_where_they_are_described() -> None:
    settings = read_settings({"COUNTERFOIL_OPERATOR_TOKEN": "s3cret"})
    assert "s3cret" not in str(described(settings))
