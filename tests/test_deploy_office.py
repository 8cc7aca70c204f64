"""deploy/nginx/office.conf against the office that it is for."""

import re
from pathlib import Path

from adapters.desk.forms import FORM_BYTES_MAX
from scripts.settings import SETTINGS

CONF = Path(__file__).resolve().parents[1] / "deploy" / "nginx" / "office.conf"
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def said(name: str) -> list[str]:
    """The values that nginx's file gives to a name."""
    return re.findall(rf"(?m)^\s*{re.escape(name)}\s+(.+?)\s*(?:;|{{)$", CONF.read_text())


def test_it_leads_to_the_office_with_tls_and_from_the_own_network_alone() -> None:
    assert said("server")[:1] == [DEFAULTS["OFFICE"]]
    assert all(address.endswith(" ssl") for address in said("listen"))
    assert said("deny") == ["all"]
    assert said("access_log") == ["off"]


def test_it_tells_the_office_what_the_desk_goes_by() -> None:
    assert said("proxy_set_header") == [
        'Connection ""',
        "Host $http_host",
        "X-Forwarded-For $remote_addr",
        "X-Forwarded-Proto $scheme",
    ]


def test_it_takes_forms_as_long_as_the_desk_does() -> None:
    assert [int(text.removesuffix("k")) * 1024 for text in said("client_max_body_size")] == [FORM_BYTES_MAX]
