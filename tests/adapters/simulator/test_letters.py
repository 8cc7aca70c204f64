from adapters.simulator.delivery import Answer
from adapters.simulator.faults import Faults, Told
from adapters.simulator.givebacks import full_refund
from adapters.simulator.letters import letters, subject, word
from adapters.simulator.lifecycles import LIFECYCLES
from adapters.simulator.mailing import Mark
from adapters.simulator.memory import digest
from adapters.simulator.player import Delivery
from tests.adapters.simulator.stage import NOW, told

SALE, REFUND = told(full_refund)
PLAN = [
    one
    for _, one in Faults(duplicates=1.0, forged=1.0).befall(
        [Told(0.0, 7, 0, "full_refund", SALE), Told(1.0, 7, 1, "full_refund", REFUND)], NOW
    )
]


def test_copies_are_one_letter_and_its_posts_are_counted_together() -> None:
    deliveries = [Delivery(planned=one) for one in PLAN if one.message == SALE]
    for delivery, statuses in zip(deliveries, ((503, 200), (200,)), strict=True):
        for status in statuses:
            delivery.take(Answer(status))
    found = letters(PLAN, deliveries)
    assert len(found) == 4
    sale = found[digest(SALE.body)]
    assert (sale.posts, sale.acknowledgements, sale.genuine) == (3, 2, True)
    assert (sale.lifecycle, sale.life, sale.nth) == ("full_refund", 7, 0)
    refund = found[digest(REFUND.body)]
    assert (refund.posts, refund.nth) == (0, 1)


def test_what_is_sent_again_from_the_history_is_another_letter_that_tells_the_same() -> None:
    plan = [one for _, one in Faults(history=1.0).befall([Told(0.0, 7, 0, "full_refund", SALE)], NOW)]
    sale, again = letters(plan, []).values()
    assert (sale.fact, sale.genuine) == (again.fact, again.genuine) == ((7, 0), True)
    assert str(again).endswith("(history)")


def test_forged_letters_are_known_as_such_and_named_so() -> None:
    (fake, *_) = (one for one in letters(PLAN, []).values() if not one.genuine)
    assert fake.message.body in [one.message.body for one in PLAN if one.mark is Mark.FORGED]
    assert str(fake).endswith("(forged)")
    assert str(letters(PLAN, [])[digest(SALE.body)]) == f"full_refund 7 {SALE.value('txn_id')} Completed"


def test_the_key_is_what_the_list_of_deliveries_shows() -> None:
    refund = letters(PLAN, [])[digest(REFUND.body)]
    assert refund.key == (REFUND.value("txn_id"), None, "Refunded")


def test_every_message_has_a_subject_and_a_word() -> None:
    for lifecycle in LIFECYCLES.values():
        for message in told(lifecycle):
            assert subject(message) != "-"
            assert word(message) != "-"
