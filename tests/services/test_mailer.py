"""E-mail: kept as a file without a server, sent once with one, tried again when it fails."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from bookipi_app import doctor
from bookipi_app.errors import InvalidInput
from bookipi_app.models import Mail, MailStatus
from bookipi_app.services import mailer
from bookipi_app.settings import Settings, read_settings
from tests.services.conftest import NOW, Books


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = read_settings({"BOOKIPI_VAR": str(tmp_path)})
    monkeypatch.setattr(mailer, "settings", lambda: settings)
    return settings


def queued(books: Books, subject: str = "Invoice INV-1 from Cedar & Stone") -> UUID:
    with books.work() as session:
        return mailer.queue_mail(
            session, recipient="ap@b.co", subject=subject, body="Grüße,\nMaria", now=NOW
        ).id


def stored(books: Books, mail_id: UUID) -> Mail:
    with books.store.reading() as session:
        return session.get_one(Mail, mail_id)


@contextmanager
def server(*replies: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A mail server that answers each command with the next reply, and keeps what it heard."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 ready\r\n")
            for reply in replies:
                line = lines.readline()
                while reply.startswith(b"250 kept") and line not in (b".\r\n", b""):
                    heard.append(line)
                    line = lines.readline()
                heard.append(line)
                connection.sendall(reply + b"\r\n")
            lines.read()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        listener.close()
        thread.join(5)


def test_without_a_server_the_letter_becomes_a_file(books: Books, chosen: Settings) -> None:
    mail_id = queued(books, "Invoice\r\nBcc: thief@x.yz")
    assert books.announced == 1
    assert mailer.deliver(mail_id, now=NOW, store=books.store)
    assert not mailer.deliver(str(mail_id), now=NOW, store=books.store)
    (file,) = (chosen.var / "mail").iterdir()
    message = message_from_bytes(file.read_bytes())
    assert (message["To"], message["Subject"], message["Bcc"]) == ("ap@b.co", "Invoice Bcc: thief@x.yz", None)
    assert "Grüße" in message.get_payload(decode=True).decode()  # pyright: ignore[reportAttributeAccessIssue]
    assert (stored(books, mail_id).status, stored(books, mail_id).tries) == (MailStatus.SENT, 1)
    assert not mailer.deliver(uuid4(), now=NOW, store=books.store)


@pytest.mark.parametrize("address", ["", "a@b", "a@b.co\nBcc: x@y.zz", "a@b.co, c@d.ee"])
def test_an_address_that_is_none_is_refused(books: Books, address: str) -> None:
    with books.work() as session, pytest.raises(InvalidInput):
        mailer.queue_mail(session, recipient=address, subject="x", body="y", now=NOW)


def test_a_server_that_takes_it(books: Books, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(b"250 hello", b"250 sender", b"250 recipient", b"354 go on", b"250 kept", b"221 bye") as (
        port,
        heard,
    ):
        monkeypatch.setattr(mailer, "settings", lambda: replace(chosen, smtp_url=f"smtp://127.0.0.1:{port}"))
        mail_id = queued(books)
        assert mailer.deliver(mail_id, now=NOW, store=books.store)
    text = b"".join(heard)
    assert b"rcpt TO:<ap@b.co>" in text
    assert b"Subject: Invoice INV-1 from Cedar & Stone" in text


def test_a_server_that_is_away_is_tried_again_less_and_less_often(
    books: Books, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setattr(mailer, "settings", lambda: replace(chosen, smtp_url=f"smtp://127.0.0.1:{port}"))
    mail_id, now, waits = queued(books), NOW, list[timedelta]()
    while stored(books, mail_id).status is MailStatus.WAITING:
        assert not mailer.deliver(mail_id, now=now, store=books.store)
        mail = stored(books, mail_id)
        if mail.next_try_at is None:
            break
        waits.append(mail.next_try_at - now)
        assert not mailer.deliver(mail_id, now=mail.next_try_at - timedelta(seconds=1), store=books.store)
        now = mail.next_try_at
        with books.store.reading() as session:
            assert mailer.due(session, now) == [mail_id]
            assert mailer.due(session, now - timedelta(seconds=1)) == []
    assert waits == sorted(waits)
    assert (waits[0], max(waits), len(waits)) == (
        mailer.FIRST_WAIT,
        timedelta(seconds=1920),
        mailer.MOST_TRIES - 1,
    )
    assert stored(books, mail_id).problem == "The mail server cannot be reached."


def test_a_refusal_for_good_is_not_repeated(
    books: Books, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(b"250 hello", b"250 sender", b"550 no such person", b"250 reset", b"221 bye") as (port, _):
        monkeypatch.setattr(mailer, "settings", lambda: replace(chosen, smtp_url=f"smtp://127.0.0.1:{port}"))
        mail_id = queued(books)
        assert not mailer.deliver(mail_id, now=NOW, store=books.store)
    assert stored(books, mail_id).status is MailStatus.FAILED


def test_a_claimed_letter_is_not_sent_twice(books: Books, chosen: Settings) -> None:
    mail_id = queued(books)
    with books.work() as session:
        mail = session.get_one(Mail, mail_id)
        mail.next_try_at = NOW + mailer.CLAIM
        session.add(mail)
    assert not mailer.deliver(mail_id, now=NOW, store=books.store)
    assert mailer.deliver(mail_id, now=NOW + mailer.CLAIM, store=books.store)


def test_a_goodbye_that_is_refused_does_not_send_the_letter_again(
    books: Books, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = (b"250 hello", b"250 sender", b"250 recipient", b"354 go on", b"250 kept", b"421 too busy")
    with server(*replies) as (port, _):
        monkeypatch.setattr(mailer, "settings", lambda: replace(chosen, smtp_url=f"smtp://127.0.0.1:{port}"))
        mail_id = queued(books)
        assert mailer.deliver(mail_id, now=NOW, store=books.store)
    assert stored(books, mail_id).status is MailStatus.SENT


def test_a_letter_whose_job_always_dies_is_given_up(
    books: Books, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> str:
        raise RuntimeError("the job is ended")

    monkeypatch.setattr(mailer, "_send", die)
    mail_id, now = queued(books), NOW
    for _ in range(mailer.MOST_TRIES):
        with pytest.raises(RuntimeError):
            mailer.deliver(mail_id, now=now, store=books.store)
        now += mailer.CLAIM
    assert not mailer.deliver(mail_id, now=now, store=books.store)
    mail = stored(books, mail_id)
    assert (mail.status, mail.next_try_at, mail.problem) == (MailStatus.FAILED, None, mailer.UNFINISHED)


@pytest.mark.parametrize("others", ["sent it", "claimed it"])
def test_who_was_too_slow_says_nothing_about_the_letter(
    books: Books, chosen: Settings, monkeypatch: pytest.MonkeyPatch, others: str
) -> None:
    mail_id, later = queued(books), NOW + mailer.CLAIM

    def slow(*_: object) -> str:
        monkeypatch.undo()
        monkeypatch.setattr(mailer, "settings", lambda: chosen)
        if others == "sent it":
            assert mailer.deliver(mail_id, now=later, store=books.store)
        else:
            assert mailer._claim(books.store, mail_id, later)
        raise OSError("broken off")

    monkeypatch.setattr(mailer, "_send", slow)
    assert not mailer.deliver(mail_id, now=NOW, store=books.store)
    mail = stored(books, mail_id)
    expected = (MailStatus.SENT, None) if others == "sent it" else (MailStatus.WAITING, later + mailer.CLAIM)
    assert (mail.status, mail.next_try_at, mail.problem) == (*expected, "")


def test_an_address_with_letters_that_the_server_does_not_take_says_so_once(
    books: Books, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with books.work() as session:
        mail_id = mailer.queue_mail(session, recipient="jörg@exämple.de", subject="x", body="y", now=NOW).id
    with server(b"250 hello", b"221 bye") as (port, _):
        monkeypatch.setattr(mailer, "settings", lambda: replace(chosen, smtp_url=f"smtp://127.0.0.1:{port}"))
        assert not mailer.deliver(mail_id, now=NOW, store=books.store)
    mail = stored(books, mail_id)
    assert (mail.status, mail.problem) == (
        MailStatus.FAILED,
        "The mail server takes no addresses with such letters.",
    )


def test_the_password_goes_to_no_server_without_encryption(
    books: Books, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailer, "LOOPBACK", ())
    with server(b"250-hello\r\n250 AUTH PLAIN", b"250 on") as (port, heard):
        url = f"smtp://user:secret@127.0.0.1:{port}"
        monkeypatch.setattr(mailer, "settings", lambda: replace(chosen, smtp_url=url))
        mail_id = queued(books)
        assert not mailer.deliver(mail_id, now=NOW, store=books.store)
    assert not [line for line in heard if line.lower().startswith(b"auth")]
    mail = stored(books, mail_id)
    assert (mail.status, mail.problem) == (
        MailStatus.WAITING,
        "The mail server offers no safe log-in. Check the mail settings.",
    )


def test_the_servers_certificate_is_checked(
    books: Books, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[ssl.SSLContext | None] = []

    def starttls(_server: smtplib.SMTP, context: ssl.SSLContext | None = None) -> None:
        checked.append(context)

    monkeypatch.setattr(smtplib.SMTP, "starttls", starttls)
    replies = (
        b"250-hello\r\n250 STARTTLS",
        b"250 hello",
        b"250 a",
        b"250 b",
        b"354 c",
        b"250 kept",
        b"221 bye",
    )
    with server(*replies) as (port, _):
        monkeypatch.setattr(mailer, "settings", lambda: replace(chosen, smtp_url=f"smtp://127.0.0.1:{port}"))
        assert mailer.deliver(queued(books), now=NOW, store=books.store)
    (context,) = checked
    assert context
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_secret_link_is_forgotten_once_its_letter_is_gone(books: Books, chosen: Settings) -> None:
    link = "https://books.example.com/reset-password?key=secret"
    ours = {"subject": "s", "body": f"Choose:\n\n{link}", "link": link, "now": NOW}
    with books.work() as session:
        secret = mailer.queue_mail(session, recipient="ap@b.co", **ours).id
        own = mailer.queue_mail(session, recipient="ap@b.co", company_id=books.company_id, **ours).id
    for mail_id in (secret, own):
        assert mailer.deliver(mail_id, now=NOW, store=books.store)
    assert (stored(books, secret).body, stored(books, secret).link) == ("", "")
    assert stored(books, own).link == link
    (file,) = (chosen.var / "mail").glob(f"*{secret}.eml")
    assert b"secret" in file.read_bytes()


def test_without_a_port_the_one_is_dialled_that_doctor_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[int] = []

    def dial(_host: str, port: int, **_how: object) -> None:
        dialled.append(port)
        raise OSError("not today")

    monkeypatch.setattr(smtplib, "SMTP", dial)
    with pytest.raises(OSError, match="not today"):
        mailer._connected(urlsplit("smtp://mail.example.com"))
    (finding,) = doctor.mail(replace(read_settings({}), smtp_url="smtp://mail.example.com"))
    assert "mail.example.com:587" in str(finding)
    assert dialled == [587, 587]
