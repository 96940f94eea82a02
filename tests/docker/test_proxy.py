"""The proxy's real configuration in a real nginx before a real web role: what it lets through, keeps and strips."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import http.server
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import servers
from tests.docker import box
from tests.docker.conftest import HOST, Place

pytestmark = [
    pytest.mark.once,
    pytest.mark.long,
    pytest.mark.skipif(not servers.postgres_folder() or not servers.redis_program(), reason="no PostgreSQL or no Redis here"),
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed (Debian and Ubuntu: apt install nginx-light)"),
]
TEMPLATE = box.ROOT / "docker/proxy/site.conf.template"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass
class Proxy:
    http_port: int
    https_port: int
    certificate: Path

    def connect(self, *, name: str = HOST, source: str = "127.0.0.1") -> http.client.HTTPSConnection:
        """A browser that looks the name up elsewhere but trusts our certificate, and checks it."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        line = socket.create_connection(("127.0.0.1", self.https_port), 10, source_address=(source, 0))
        connection = http.client.HTTPSConnection(name, self.https_port, timeout=10)
        try:
            connection.sock = context.wrap_socket(line, server_hostname=name)
        except OSError:
            line.close()
            raise
        return connection

    def get(self, path: str, *, source: str = "127.0.0.1", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        with contextlib.closing(self.connect(source=source)) as connection:
            connection.request("GET", path, headers={"Host": HOST, **{k.replace("_", "-"): v for k, v in headers.items()}})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


@contextlib.contextmanager
def nginx(place: Place, folder: Path, web: str) -> Iterator[Proxy]:
    folder.mkdir()
    folder.chmod(0o777)
    made = place.role("certificate", str(folder), name=f"{folder.name}-certificate")
    assert made.end() == 0, made.words()
    proxy = Proxy(servers.free_port(), servers.free_port(), folder / "fullchain.pem")
    values = {
        "SITE_HOST": HOST, "SITE_NETLOC": HOST, "WEB": web, "RESOLVER": "127.0.0.1", "HTTP_PORT": str(proxy.http_port),
        "HTTPS_PORT": str(proxy.https_port), "CERTIFICATES": str(folder), "CACHE": str(folder / "cache"),
        "ACCESS_LOG": str(folder / "access.log"), "ADMIN_PATH": "admin",
    }  # fmt: skip
    text = TEMPLATE.read_text().replace("127.0.0.0/8 1;", "127.0.0.9/32 1;")  # one of our addresses is the office's
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    program = shutil.which("nginx")
    assert program
    command = [*box.as_nobody(), program, "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    tried = subprocess.run([*command, "-t", "-q"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    with servers.running(command, folder / "log", signal.SIGQUIT) as process:
        servers.wait_until(lambda: _answers(proxy.https_port), process, "nginx", folder / "log")
        yield proxy


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.fixture(scope="module")
def web(place: Place) -> Iterator[box.Role]:
    for path in Path(place.said["STATIC_ROOT"]).rglob("*.css"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    role = place.role("web", name="behind-proxy")
    assert box.eventually(lambda: place.ask("/health/live/")[0] == 200), role.words()
    yield role
    role.kill()


def test_a_page_a_file_and_a_pause_through_the_proxy(place: Place, web: box.Role) -> None:
    with nginx(place, place.folder / "nginx", f"127.0.0.1:{place.said['PORT']}") as proxy:
        status, headers, body = proxy.get("/")
        assert status == 200 and b"<h1" in body
        for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
            assert len(headers.get_all(name) or []) == 1, f"{name} is sent once"
        assert "nginx/" not in headers["Server"]

        plain = http.client.HTTPConnection("127.0.0.1", proxy.http_port, timeout=10)
        plain.request("GET", "/contests/?q=a", headers={"Host": HOST})
        moved = plain.getresponse()
        assert (moved.status, moved.headers["Location"]) == (308, f"https://{HOST}/contests/?q=a")

        style = body.decode().split('href="/static/css/')[1].split('"')[0]
        packed = proxy.get(f"/static/css/{style}", Accept_Encoding="gzip, deflate")
        unpacked = proxy.get(f"/static/css/{style}")
        assert packed[0] == unpacked[0] == 200
        assert packed[1]["Content-Encoding"] == "gzip" and unpacked[1]["Content-Encoding"] is None
        assert gzip.decompress(packed[2]) == unpacked[2]
        for _, headers, _ in (packed, unpacked):
            assert "immutable" in headers["Cache-Control"] and "Set-Cookie" not in headers
            assert len(headers.get_all("X-Content-Type-Options") or []) == 1

        assert proxy.get("/metrics")[0] == proxy.get("/health/ready/")[0] == 404
        assert proxy.get("/admin/")[0] == 404
        assert proxy.get("/admin/", source="127.0.0.9")[0] in (200, 302)
        with contextlib.closing(proxy.connect()) as connection:
            connection.putrequest("POST", "/accounts/login/", skip_host=True)
            connection.putheader("Host", HOST)
            connection.putheader("Content-Length", str(11 * 1024 * 1024))
            connection.endheaders()
            assert connection.getresponse().status == 413

        assert web.stop() < 10  # and now nobody is behind it
        status, headers, body = proxy.get("/")
        assert status == 503 and headers["Retry-After"] and b"Back in a moment" in body
        again = proxy.get(f"/static/css/{style}", Accept_Encoding="br;q=0.1, gzip")
        assert again[0] in (200, 503)
        assert proxy.get(f"/static/css/{style}")[2] == unpacked[2], "a hashed file is served from what the proxy kept"


class Listener(http.server.BaseHTTPRequestHandler):
    """A web process that only remembers what it was asked."""

    heard: list[http.client.HTTPMessage] = []

    def do_GET(self) -> None:
        self.heard.append(self.headers)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_what_a_client_says_about_itself_is_stripped_and_a_foreign_host_gets_nothing(place: Place) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as behind:
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        with nginx(place, place.folder / "nginx-strict", f"127.0.0.1:{behind.server_port}") as proxy:
            lies = {
                "X_Forwarded_For": "203.0.113.7", "X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.example",
                "X_Real_IP": "203.0.113.7", "Forwarded": "for=203.0.113.7", "Proxy": "http://evil.example",
            }  # fmt: skip
            proxy.get("/", **lies)
            (heard,) = Listener.heard
            assert heard.get_all("X-Forwarded-For") == ["127.0.0.1"]  # so TRUSTED_PROXIES=1 reads the real address
            assert heard.get_all("X-Forwarded-Proto") == ["https"]
            assert heard["Host"] == HOST and heard["X-Request-ID"]
            assert not {"x-forwarded-host", "x-real-ip", "forwarded", "proxy"} & {name.lower() for name in heard}

            with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
                proxy.get("/", Host="evil.example")
            with pytest.raises(ssl.SSLError):
                proxy.connect(name="evil.example")
            plain = http.client.HTTPConnection("127.0.0.1", proxy.http_port, timeout=10)
            plain.request("GET", "/", headers={"Host": "evil.example"})
            with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
                plain.getresponse()
            assert len(Listener.heard) == 1
        behind.shutdown()
