"""Nothing is sent to where it could open a door inside: not by number, by name, by redirect, or by a name that
changes its mind."""

import http.server
import inspect
import re
import socket
import threading
import time
from pathlib import Path

import pytest
import requests
from apprise.plugins import NotifyBase

from athletes.services.senders import Message, NotSent, outgoing, squad_channel
from athletes.services.senders.outgoing import Refused, TookTooLong, guarded, is_public
from tests.sinks import HANG, open_sinks

INSIDE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.1.2.3 127.255.255.255
169.254.169.254 169.254.0.1 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1
192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::10.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:7f00:1 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 2001::1 2001:db8::1
2002:7f00:1:: 2002:a00:1::1 2002:c0a8:101::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 fe80::1%eth0 fe80::1%1
febf::1 fec0::1 ff02::1 ff0e::1 2001:4860:4860::8888%eth0
"""
OUTSIDE = "8.8.8.8 1.1.1.1 93.184.216.34 100.63.255.255 100.128.0.1 172.32.0.1 2001:4860:4860::8888"

# Ways to write 127.0.0.1 and the like that resolvers take for addresses, and names that lead there.
WRITTEN_OTHERWISE = """
2130706433 0x7f000001 017700000001 127.1 127.0.1 0x7f.0.0.1 0177.0.0.1 localhost LOCALHOST localhost. [::1]
[::ffff:127.0.0.1] 0
"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_what_lies_inside_or_leads_there_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_what_lies_outside_is_public(address):
    assert is_public(address)


class Names:
    """A resolver whose answers are written here. `asked` counts."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host, port, *_, **__):
        address = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        found = []
        for one in address.split(","):
            family = socket.AF_INET6 if ":" in one else socket.AF_INET
            found.append((family, socket.SOCK_STREAM, 6, "", (one, port)))
        return found


@pytest.fixture
def opened(monkeypatch):
    """Every address that a socket was opened to, in place of opening it."""
    seen = []

    def note(address, *_, **__):
        seen.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(outgoing, "_plain_connection", note)
    return seen


def fetch(url, **guard):
    with guarded(**{"answer_s": 1, "all_s": 2, **guard}):
        return requests.post(url, data=b"x")


@pytest.mark.parametrize(
    "host", [*(a for a in INSIDE.split() if "%" not in a), *WRITTEN_OTHERWISE.split()]
)
def test_no_connection_is_opened_to_what_lies_inside(opened, host):
    shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
    with pytest.raises((requests.RequestException, OSError)):
        fetch(f"http://{shown}:8080/")
    assert opened == []


@pytest.mark.parametrize("host", OUTSIDE.split())
def test_what_lies_outside_is_connected_to_by_the_number_that_was_looked_at(opened, host):
    shown = f"[{host}]" if ":" in host else host
    with pytest.raises(requests.ConnectionError):
        fetch(f"http://{shown}/")
    assert opened == [(host, 80)]


def test_a_name_that_first_leads_outside_and_then_inside_opens_nothing_inside(opened, monkeypatch):
    """DNS rebinding: the first answer is looked at, the second would be connected to."""
    names = Names("8.8.8.8", "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", names)
    outgoing.require_public("rebind.test", 80)
    for _ in range(3):
        with pytest.raises(requests.ConnectionError):
            fetch("http://rebind.test/")
    assert opened == []


def test_the_name_is_asked_once_and_what_it_said_is_what_is_connected_to(opened, monkeypatch):
    names = Names("8.8.8.8", "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", names)
    with pytest.raises(requests.ConnectionError):
        fetch("http://rebind.test/")
    assert (opened, names.asked) == ([("8.8.8.8", 80)], 1)


@pytest.mark.parametrize("answer", ["8.8.8.8,10.0.0.1", "10.0.0.1,8.8.8.8", "8.8.8.8,::1"])
def test_a_name_that_leads_inside_as_well_is_refused(opened, monkeypatch, answer):
    monkeypatch.setattr(socket, "getaddrinfo", Names(answer))
    with pytest.raises(Refused):
        outgoing.require_public("both.test", 443)
    with pytest.raises(requests.ConnectionError):
        fetch("https://both.test/")
    assert opened == []


def test_a_proxy_from_the_environment_does_not_connect_in_our_place(opened, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setattr(socket, "getaddrinfo", Names("8.8.8.8"))
    with pytest.raises(requests.ConnectionError):
        fetch("http://somewhere.test/")
    assert opened == [("8.8.8.8", 80)]


class Server:
    """Answers every POST with `status` and `headers`, and counts."""

    def __init__(self, status=200, headers=(), body=b""):
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                server.asked += 1
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.asked = 0
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(settings, status):
    with Server() as inside:
        where = [("Location", f"http://127.0.0.1:{inside.port}/")]
        with Server(status, where) as outside:
            settings.PRIVATE_TARGETS = [f"127.0.0.1:{outside.port}", f"127.0.0.1:{inside.port}"]
            answer = fetch(f"http://127.0.0.1:{outside.port}/")
            assert (answer.status_code, outside.asked, inside.asked) == (status, 1, 0)


def test_only_the_very_port_that_an_operator_named_is_open(settings):
    with Server() as named, Server() as other:
        settings.PRIVATE_TARGETS = [f"127.0.0.1:{named.port}"]
        assert fetch(f"http://127.0.0.1:{named.port}/").status_code == 200
        with pytest.raises(requests.ConnectionError):
            fetch(f"http://127.0.0.1:{other.port}/")
        with pytest.raises(requests.ConnectionError):
            fetch(f"http://localhost:{named.port}/")
    assert other.asked == 0


def test_outside_of_the_guard_nothing_is_changed():
    with Server() as own:
        assert requests.post(f"http://127.0.0.1:{own.port}/", timeout=5).status_code == 200


def test_an_endless_answer_does_not_fill_the_memory(settings):
    with Server(body=b"x" * 1_000_000) as talkative:
        settings.PRIVATE_TARGETS = [f"127.0.0.1:{talkative.port}"]
        with pytest.raises(requests.RequestException):
            fetch(f"http://127.0.0.1:{talkative.port}/")


def test_a_server_that_hands_out_a_byte_now_and_then_does_not_keep_us(settings):
    """Each byte comes in time; all of them together never would."""
    listening = socket.create_server(("127.0.0.1", 0))
    settings.PRIVATE_TARGETS = [f"127.0.0.1:{listening.getsockname()[1]}"]
    ended = threading.Event()

    def drip():
        visitor, _ = listening.accept()
        with visitor:
            while not ended.wait(0.05):
                try:
                    visitor.sendall(b"H")
                except OSError:
                    return

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    with pytest.raises((requests.RequestException, OSError)):
        fetch(f"http://{settings.PRIVATE_TARGETS[0]}/", answer_s=1, all_s=0.5)
    assert time.monotonic() - began < 5
    ended.set()
    listening.close()


def test_a_resolver_that_took_all_the_time_leaves_none_for_a_connection(opened, monkeypatch):
    def slow(*_, **__):
        time.sleep(0.3)
        return Names("8.8.8.8")("x", 80)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises((requests.ConnectionError, TookTooLong)):
        fetch("http://slow.test/", all_s=0.1)
    assert opened == []


# --- The squads' own channels


REFUSED_SCHEMES = """
file:///etc/passwd exec:///bin/sh syslog://localhost rsyslog://10.0.0.1 dbus:// qt:// glib:// gnome:// kde://
windows:// macosx:// mailto://a:b@example.org mailtos://a:b@example.org smtp://example.org mqtt://10.0.0.1
mqtts://example.org/t irc://example.org/a xmpp://a:b@example.org growl://example.org smpp://a:b@example.org:1
form://example.org xml://example.org xmls://example.org apprise://example.org/token https://example.org/hook
http://example.org/hook http://169.254.169.254/ kodi://10.0.0.1 push:// //example.org example.org javascript:1
"""


@pytest.mark.parametrize(
    "url", [*REFUSED_SCHEMES.split(), "", " ", "slack://", "tgram://", "json://"]
)
def test_what_is_not_on_the_list_is_refused(url):
    with pytest.raises(squad_channel.NotUnderstood):
        squad_channel.require_understood(url)


@pytest.mark.parametrize(
    "url",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "tgram://123456789:AAEabcdefghijklmnopqrstuvwxyzABCDEFG/12345",
        "ntfys://8.8.8.8/topic",
        "jsons://8.8.8.8/hook",
    ],
)
def test_what_chat_services_hand_out_is_understood(url):
    squad_channel.require_understood(url)


@pytest.mark.parametrize("scheme", ["json", "jsons", "ntfy", "ntfys", "mmost", "nctalk"])
@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "[::1]", "169.254.169.254", "localhost"])
def test_an_address_inside_is_refused_when_it_is_stored(scheme, host):
    rest = {"mmost": "abcdefgh", "nctalk": "room"}.get(scheme, "x")
    user = "a:b@" if scheme == "nctalk" else ""
    with pytest.raises(squad_channel.NotUnderstood, match="not open to the internet"):
        squad_channel.require_understood(f"{scheme}://{user}{host}/{rest}")


def test_no_refusal_repeats_the_address_which_holds_a_secret():
    for url in ("file:///top-secret", "jsons://127.0.0.1/top-secret", "https://a.test/top-secret"):
        with pytest.raises(squad_channel.NotUnderstood) as refusal:
            squad_channel.require_understood(url)
        assert "top-secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?template=/etc/passwd",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?template=/etc/passwd",
        "tgram://123456789:AAEabcdefghijklmnopqrstuvwxyzABCDEFG/12345?template=http://10.0.0.1/",
        "workflows://example.org:443/wf/sig?template=/etc/passwd",
    ],
)
def test_a_template_which_would_read_a_file_of_this_machine_is_refused(url):
    with pytest.raises(squad_channel.NotUnderstood):
        squad_channel.require_understood(url)


@pytest.mark.parametrize("scheme", sorted(squad_channel.SCHEMES))
def test_what_is_on_the_list_speaks_http_through_requests_and_nothing_else(scheme):
    """Else the guard would not see it."""
    sender = squad_channel._sender(scheme)
    assert issubclass(sender, NotifyBase)
    assert scheme in {*_names(sender.protocol), *_names(sender.secure_protocol)}
    source = Path(inspect.getfile(sender)).read_text()
    assert re.search(r"^\s*import requests|^\s*from requests", source, re.MULTILINE)
    for other in ("import socket", "import subprocess", "smtplib", "import asyncio", "aiohttp"):
        assert other not in source


def _names(protocol):
    return [protocol] if isinstance(protocol, str) else protocol or []


def test_a_webhook_that_never_answers_is_let_go(settings):
    message = Message("i" * 32, "S", "https://niggle.test/x", "/x", False, patience_s=0.3)
    with open_sinks() as sinks:
        sinks.hook.mood = HANG
        settings.PRIVATE_TARGETS = [f"127.0.0.1:{sinks.hook.port}"]
        began = time.monotonic()
        with pytest.raises(NotSent):
            squad_channel.send(message, to=f"{sinks.hook.url}?rto=600&cto=600", all_s=1)
        assert time.monotonic() - began < 3
