from operations.documents.kiosk_scans import BOUND_SECONDS, KioskScans
from routing.decision import Contact

ONE, OTHER = Contact(1), Contact(2)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_scan_is_known_for_three_minutes() -> None:
    clock = Clock()
    scans = KioskScans(clock)
    scans.bind("k1", ONE)
    clock.now += BOUND_SECONDS - 0.001
    early = scans.bound("k1")
    clock.now += 0.001
    assert (180.0, ONE, None) == (BOUND_SECONDS, early, scans.bound("k1"))


def test_the_next_scan_takes_the_place_of_the_last() -> None:
    scans = KioskScans(Clock())
    scans.bind("k1", ONE)
    scans.bind("k1", OTHER)
    assert OTHER == scans.bound("k1")


def test_each_kiosk_knows_its_own_scan() -> None:
    scans = KioskScans(Clock())
    scans.bind("k1", ONE)
    assert scans.bound("k2") is None


def test_a_scan_can_be_forgotten() -> None:
    scans = KioskScans(Clock())
    scans.bind("k1", ONE)
    scans.forget("k1")
    scans.forget("k1")
    assert scans.bound("k1") is None
