from running_lab import RunningLab, citizen, customers


def test_a_caller_who_looks_for_every_key_is_understood(lab: RunningLab) -> None:
    """Ten keys with more than two seconds between last longer than any step may leave a caller in silence."""
    customer = next(each for each in customers() if each.area == "A5" and not each.benefit_team)
    slowly = [part for key in customer.keys for part in (key, 1.2)]
    run = lab.calls([citizen(*slowly, "#", 0.5, "1", 0.5, "2", caller="0211340000", stay=30)])
    team = customer.placement_team or lab.centre.areas["A5"].placement
    lab.until_waiting(team, 1, 60)
    run.close()
    lab.hang_up_all()
