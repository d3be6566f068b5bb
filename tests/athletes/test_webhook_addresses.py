"""Where nothing is sent to: refused when it is typed, and again when the socket is opened."""

import socket

import pytest
from django.core.exceptions import ValidationError

from athletes.services.senders import outgoing, webhook
from athletes.services.senders.webhook import Hook
from tests.coaching.lookups import nobody_is_asked

# Hosts that are, or lead to, a machine inside.
INSIDE = """
127.0.0.1 127.1.2.3 127.255.255.255 127.1 127.0.1 0 0.0.0.0 0.1.2.3 2130706433 0x7f000001 0x7f.0.0.1 017700000001
0177.0.0.1 0177.0.0.01 3232235777 0xc0a80101 0300.0250.1.1 167772161 0x0a000001 012.0.0.1 2852039166
0xa9fea9fe 169.254.169.254 169.254.0.1 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1
100.127.255.254 192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1
255.255.255.255 localhost LOCALHOST [::] [::1] [0:0:0:0:0:0:0:1] [::127.0.0.1] [::ffff:127.0.0.1]
[::ffff:7f00:1] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1]
[64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [2002:7f00:1::] [2002:c0a8:101::1] [2002:a9fe:a9fe::]
[2001::1] [2001:db8::1] [100::1] [fc00::1] [fd00:ec2::254] [fe80::1] [febf::1] [fec0::1] [ff02::1] [ff0e::1]
"""
# Names that may lead nowhere when they are typed: then only the look at the socket can tell.
LATER = ["https://localhost./hook", "https://[fe80::1%25eth0]/", "https://ip6-localhost/"]
ODD = """
http://8.8.8.8/ ftp://8.8.8.8/ file:///etc/passwd gopher://8.8.8.8/ javascript:alert(1) //8.8.8.8/ 8.8.8.8/hook
https:///x https://?x https://user@8.8.8.8/ https://user:pass@8.8.8.8/ https://8.8.8.8@127.0.0.1/
https://127.0.0.1\\@8.8.8.8/ https://8.8.8.8\\@127.0.0.1/ https://8.8.8.8:0x50/ https://8.8.8.8:99999/
https://8.8.8.8/#x https://[::1/ https://８.８.８.８/ https://ⅼocalhost/
https://8.8.8.8/a"b https://8.8.8.8/<x>
"""
CORPUS = [*(f"https://{host}/hook" for host in INSIDE.split()), *ODD.split()]


@pytest.fixture
def opened(monkeypatch):
    """Every address that a socket was opened to, in place of opening it."""
    seen = []

    def note(address, *_, **__):
        seen.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(outgoing, "_plain_connection", note)
    return seen


def send(url):
    return webhook.send(event_id="1", body=b"{}", to=Hook(url, (webhook.new_secret(),)))


def test_the_corpus_has_eighty_addresses_and_more():
    assert len(set(CORPUS)) == len(CORPUS) >= 80


@pytest.mark.parametrize("url", CORPUS)
def test_it_is_refused_when_it_is_typed_and_the_refusal_repeats_nothing(url):
    with pytest.raises(ValidationError) as refusal:
        webhook.require_usable(url)
    assert list(refusal.value.message_dict) == ["url"]
    assert url not in str(refusal.value)


@pytest.mark.parametrize("url", [*CORPUS, *LATER])
def test_no_connection_is_opened_to_what_lies_inside(opened, url):
    """Also where it came into the database by another way."""
    outcome = send(url)
    assert not outcome.was_taken
    assert [address for address, _port in opened if address != "8.8.8.8"] == []


@pytest.mark.parametrize("url", ["https://8.8.8.8/hook?key=1", "https://hooks.example.org:8443/x"])
def test_what_lies_outside_is_taken(monkeypatch, url):
    nobody_is_asked(monkeypatch)
    webhook.require_usable(url)


@pytest.mark.parametrize("url", ["https://8.8.8.8/\n", "https://8.8.8.8/ x", " https://8.8.8.8/"])
def test_white_space_is_no_part_of_an_address(url):
    with pytest.raises(ValidationError):
        webhook.require_usable(url)


def test_an_address_has_an_end():
    with pytest.raises(ValidationError):
        webhook.require_usable("https://8.8.8.8/" + "x" * webhook.LONGEST_URL)


def test_plain_http_is_for_what_the_operator_named_to_the_very_port(settings, monkeypatch):
    nobody_is_asked(monkeypatch)
    settings.PRIVATE_TARGETS = ["gateway.internal:8080", "127.0.0.1:9000"]
    webhook.require_usable("http://gateway.internal:8080/hook")
    webhook.require_usable("http://127.0.0.1:9000/hook")
    for url in ("http://gateway.internal/hook", "http://127.0.0.1:9001/hook"):
        with pytest.raises(ValidationError):
            webhook.require_usable(url)


class Flips:
    """A resolver that says something else each second time."""

    def __init__(self, *answers):
        self.answers, self.asked = answers, 0

    def __call__(self, host, port, *_, **__):
        address = self.answers[self.asked % len(self.answers)]
        self.asked += 1
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"])
def test_a_name_that_flips_between_outside_and_inside_opens_nothing_inside(
    opened, monkeypatch, inside
):
    """DNS rebinding: stored while it led outside, then it leads inside every other time."""
    monkeypatch.setattr(socket, "getaddrinfo", Flips("8.8.8.8", inside))
    webhook.require_usable("https://flips.example.org/")
    for _ in range(6):
        send("https://flips.example.org/")
    assert {address for address, _port in opened} == {"8.8.8.8"}


def test_no_proxy_and_no_password_file_of_ours_is_used(opened, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine hooks.example.org login us password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setattr(socket, "getaddrinfo", Flips("8.8.8.8"))
    send("https://hooks.example.org/")
    assert opened == [("8.8.8.8", 443)]
