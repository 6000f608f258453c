import socket
import subprocess
import sys

import pytest

from telephony.lab.ports import BLOCK, HOST, MEDIA, SERVICES, NoFreePorts, free_ports, free_range, is_free, is_open


def test_a_run_of_ports_begins_with_an_even_one_from_the_base_on() -> None:
    assert range(20002, 20006) == free_range(4, 20001, free=lambda _: True)


def test_a_run_of_ports_skips_what_is_taken() -> None:
    assert range(20004, 20008) == free_range(4, 20000, free=lambda port: port != 20003)


def test_a_random_run_begins_where_chance_says() -> None:
    assert range(16900, 17100) == free_range(200, free=lambda _: True, chance=lambda: 0.5)


def test_no_port_found_for_a_service_lies_among_those_for_media() -> None:
    assert not set(MEDIA) & set(free_range(4, free=lambda _: True, chance=lambda: 0.9999))


def test_no_run_of_free_ports_is_an_error_that_says_so() -> None:
    with pytest.raises(NoFreePorts, match="no 4 free ports in a row from 65000 on"):
        free_range(4, 65000, free=lambda _: False)


def test_a_port_taken_by_udp_alone_is_not_free() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, 0))
        assert not is_free(taken.getsockname()[1])


def test_a_port_is_open_while_somebody_has_it() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, 0))
        port = taken.getsockname()[1]
        assert is_open(port)
    assert not is_open(port)


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(20))) == 20


def test_free_ports_lie_from_the_base_on_in_order() -> None:
    first, second = free_ports(2, 17000)
    assert 17000 <= first < second


def test_this_process_looks_in_a_block_of_its_own_and_goes_on_from_there() -> None:
    found = [free_ports(1)[0] for _ in range(20)]
    assert len(set(found)) == len(found)
    assert max(found) - min(found) < BLOCK


def test_what_was_given_last_is_not_given_again_though_nobody_has_bound_it_yet() -> None:
    found = [port for _ in range(10) for length in (1, 4, 2) for port in free_range(length)]
    assert len(set(found)) == len(found)


def test_another_process_looks_in_another_block() -> None:
    ask = "from telephony.lab.ports import free_ports; print(free_ports(1)[0])"
    other = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout
    blocks = [(port - SERVICES.start) // BLOCK for port in (int(other), free_ports(1)[0])]
    assert blocks[0] != blocks[1]
