import pytest
from falcon.testing import create_req
from hypothesis import given
from hypothesis import strategies as st

from adapters.desk.addresses import HOME, address, here, own, sign_in_from, with_query


def test_an_address_is_made_of_parts_that_stay_parts() -> None:
    assert address() == "/desk/"
    assert address("transactions", "T1") == "/desk/transactions/T1"
    assert address("notifications", 12, tab="raw", cursor=None, q="") == "/desk/notifications/12?tab=raw"
    assert address("transactions", "a/b?c#d&e%") == "/desk/transactions/a%2Fb%3Fc%23d%26e%25"
    assert address("customers", '"><script>') == "/desk/customers/%22%3E%3Cscript%3E"


@given(st.text(st.characters(), min_size=1))
def test_whatever_an_id_holds_its_address_is_one_of_the_desk(name: str) -> None:
    made = address("transactions", name, q=name)
    assert made.isascii()
    assert made.startswith("/desk/transactions/")
    assert not set(made) & set("\"'<> \\\n#")


def test_parameters_that_say_nothing_are_left_out() -> None:
    assert with_query("/desk/todos", {"kind": "", "open": None}) == "/desk/todos"
    assert with_query("/desk/todos", {"n": 0, "q": "a b&c"}) == "/desk/todos?n=0&q=a+b%26c"


@pytest.mark.parametrize(
    "kept",
    [
        "/desk",
        "/desk/",
        "/desk/transactions?q=a%2Fb&status=",
        "/desk/transactions/T1?tab=raw",
        "/desk/transactions/..T1/...",
        "/desk/notifications?q=peer://x",
    ],
)
def test_an_address_of_the_desk_is_taken(kept: str) -> None:
    assert own(kept) == kept


@pytest.mark.parametrize(
    "left",
    [
        None,
        "",
        "https://evil.example/desk/",
        "//evil.example/desk/",
        "/\\evil.example",
        "/desk\\..\\..",
        "/desk/\\evil.example",
        "/desk//evil.example",
        "/deskevil",
        "/desk.evil.example/",
        "/desk@evil.example/",
        "/desk:80@evil.example",
        "/desk/../other",
        "/desk/..",
        "/desk/.",
        "/desk/..?x=1",
        "/desk/%2e%2e/other",
        "/desk/.%2E/other",
        "/desk/x/%2E",
        "javascript:alert(1)",
        "/api/transactions",
        "/",
        "desk/",
        " /desk/",
        "/desk/\n",
        "/desk/\r\nSet-Cookie: a=b",
        "/desk/\t/evil",
        "/desk/#x",
        "/desk/é",
        "/desk/" + "x" * 2_000,
    ],
)
def test_an_address_that_leads_elsewhere_is_not(left: str | None) -> None:
    assert own(left) is None


def test_here_is_the_page_that_was_asked_for() -> None:
    assert (
        here(create_req(path="/desk/todos", query_string="kind=late&open=true"))
        == "/desk/todos?kind=late&open=true"
    )
    assert here(create_req(path="/desk/todos", query_string='q="<')) == HOME


def test_after_an_act_here_is_where_its_form_was() -> None:
    req = create_req(method="POST", path="/desk/fulfillment/T1/claim")
    assert here(req) == HOME
    req.context.form = {"back": "/desk/fulfillment?state=held"}
    assert here(req) == "/desk/fulfillment?state=held"
    req.context.form = {"back": "https://evil.example/"}
    assert here(req) == HOME


def test_the_sign_in_page_leads_back_to_what_was_asked_for() -> None:
    asked = create_req(path="/desk/todos", query_string="kind=late")
    assert sign_in_from(asked) == "/desk/sign-in?next=%2Fdesk%2Ftodos%3Fkind%3Dlate"
    assert sign_in_from(create_req(path="/desk")) == "/desk/sign-in"
    assert sign_in_from(create_req(method="POST", path="/desk/name")) == "/desk/sign-in"
    # Longer than any line that the office reads.
    assert sign_in_from(create_req(path="/desk/todos", query_string="q=" + "%41" * 600)) == "/desk/sign-in"
