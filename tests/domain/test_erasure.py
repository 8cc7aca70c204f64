"""Erasure: what was forgotten of a person decides nothing, and makes no second fact."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.erasure import ADDRESS, ERASED, PARTY, both_readable, fixed_choice, is_erased, nameless
from domain.facts import Address, Doubt, Party, Report, same
from domain.money import Money
from domain.standing import describing
from domain.state import HeardReport, Transaction
from domain.vocabulary import Kind, PaymentStatus

TEXT = st.sampled_from([None, "a", "b"])
PAYER = Party(id="P1", email="buyer@example.com", name="Test User", country="US")
HOME = Address(name="Test User", street="1 Main St", city="San Jose", zip="95131", country="US")
REPORT = Report(
    txn_id="T1",
    kind=Kind.PAYMENT,
    status=PaymentStatus.COMPLETED,
    gross=Money.of("20.00", "USD"),
    payer=PAYER,
    address=HOME,
)


def erased(report: Report) -> Report:
    """As it reads when the key is destroyed."""
    receiver = _erased(report.receiver, PARTY) if report.kind is Kind.PAYOUT else report.receiver
    payer = report.payer if report.kind is Kind.PAYOUT else _erased(report.payer, PARTY)
    address = None if report.address is None else _erased(report.address, ADDRESS)
    return replace(report, payer=payer, receiver=receiver, address=address)


def _erased(record: Any, names: tuple[str, ...]) -> Any:
    return replace(record, **{name: ERASED for name in names if getattr(record, name) is not None})


def test_erasing_lets_no_held_goods_go() -> None:
    """Two reports that differ in the person alone, one with a doubt: the same is chosen after as before."""
    doubted = HeardReport(
        replace(REPORT, address=replace(HOME, street="2 Main St")), 2, (Doubt(rule="price", detail="none"),)
    )
    for first, second in ((HeardReport(REPORT, 1), doubted), (doubted, HeardReport(REPORT, 1))):
        chosen = []
        for change in (lambda report: report, erased):
            heard = tuple(replace(one, report=change(one.report)) for one in (first, second))
            top = describing(Transaction(txn_id="T1", reports=heard))
            assert top is not None
            chosen.append(top.n)
        assert chosen[0] == chosen[1]


def test_a_report_without_names_keeps_ids_and_countries() -> None:
    bare = nameless(REPORT)
    assert bare.payer == Party(id="P1", country="US")
    assert bare.address == Address(country="US")
    assert replace(bare, payer=PAYER, address=HOME) == REPORT


def test_whom_we_pay_is_a_person_and_who_is_paid_as_a_rule_is_not() -> None:
    paid = replace(REPORT, receiver=Party(id="R1", email="author@example.com"))
    assert nameless(paid).receiver.email == "author@example.com"
    assert nameless(replace(paid, kind=Kind.PAYOUT)).receiver == Party(id="R1")


def test_what_is_erased_is_known_as_such() -> None:
    assert not is_erased(REPORT)
    assert is_erased(erased(REPORT))
    assert is_erased(replace(REPORT, address=Address(street=ERASED)))
    assert not is_erased(nameless(REPORT))


def test_a_copy_of_a_forgotten_message_is_a_copy_still() -> None:
    assert same(erased(REPORT), REPORT)
    assert same(REPORT, erased(REPORT))
    assert not same(erased(REPORT), replace(REPORT, gross=Money.of("19.00", "USD")))
    assert not same(erased(REPORT), replace(REPORT, payer=replace(PAYER, id="P2")))
    # As long as both can be read, another name is another message.
    assert not same(REPORT, replace(REPORT, payer=replace(PAYER, name="Somebody Else")))


def test_two_that_can_be_read_are_compared_as_they_are() -> None:
    other = replace(REPORT, payer=replace(PAYER, name="B"))
    assert both_readable(REPORT, other) == (REPORT, other)
    assert both_readable(REPORT, erased(other)) == (nameless(REPORT), nameless(REPORT))


def test_names_break_a_tie_last() -> None:
    first, second = (replace(REPORT, payer=replace(PAYER, name=name)) for name in ("A", "Z"))
    later = replace(first, auth_id="X")
    assert fixed_choice(first)[0] == fixed_choice(second)[0]
    assert (fixed_choice(second) < fixed_choice(later)) == (fixed_choice(first) < fixed_choice(later))


REPORTS = st.builds(
    lambda name, email, street, custom, auth, invoice: replace(
        REPORT,
        payer=replace(PAYER, name=name, email=email),
        address=None if street is None else Address(street=street),
        custom=custom,
        auth_id=auth,
        invoice=invoice,
    ),
    *[TEXT] * 6,
)


@given(st.lists(REPORTS, min_size=1, max_size=5))
def test_forgetting_changes_no_choice_among_reports(reports: list[Report]) -> None:
    told, left = (
        Transaction(txn_id="T1", reports=tuple(HeardReport(one, n) for n, one in enumerate(some)))
        for some in (reports, [erased(one) for one in reports])
    )
    before, after = describing(told), describing(left)
    assert before is not None
    assert after is not None
    assert nameless(before.report) == nameless(after.report)
