"""What `python` is to the peer of the bench where nothing was installed: keeps messages and says OKAY.

Run as `python tests/pretended_peer.py -m django migrate …` or `… -m gunicorn --bind HOST:PORT …`.
"""

import os
import sqlite3
import sys
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TABLE = "CREATE TABLE paypal_ipn (id INTEGER PRIMARY KEY, flag BOOL NOT NULL, flag_info TEXT, query TEXT)"
INSERT = "INSERT INTO paypal_ipn (flag, flag_info, query) VALUES (?, ?, ?)"


def do(statement: str, *values: object) -> None:
    with closing(sqlite3.connect(os.environ["PEER_DATABASE"], timeout=60)) as connection, connection:
        connection.execute(statement, values)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        refused = os.environ["PEER_RECEIVERS"].partition("@")[0] not in body
        do(INSERT, refused, "Not our receiver." if refused else "", body)
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"OKAY")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


if __name__ == "__main__":
    if sys.argv[1:4] == ["-m", "django", "migrate"]:
        do(TABLE)
        do("PRAGMA journal_mode=WAL")
    else:
        host, port = sys.argv[sys.argv.index("--bind") + 1].split(":")
        Server((host, int(port)), Handler).serve_forever()
