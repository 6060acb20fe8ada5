"""A mail server that asks for STARTTLS and AUTH and keeps each message as inbox/N.eml."""

import os
import socket
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Inbox:
    count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        user = session.auth_data.decode()
        path = f"inbox/{self.count:04}"
        with open(path, "wb") as file:
            file.write(f"X-Peer-User: {user}\r\n".encode() + envelope.original_content)
        os.rename(path, path + ".eml")
        return "250 OK"


def prove(server, session, envelope, mechanism, given):
    good = given.login == b"lead" and given.password == b"pa55 word"
    return AuthResult(success=good, auth_data=given.login)


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("authority.pem", "key.pem")
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
controller = Controller(
    Inbox(),
    hostname="127.0.0.1",
    port=port,
    tls_context=context,
    require_starttls=True,
    auth_required=True,
    authenticator=prove,
)
controller.start()
print(port, flush=True)
sys.stdin.read()
controller.stop()
