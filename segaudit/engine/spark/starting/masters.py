"""Where Spark is: the master's address as people write it, and whether anybody answers there."""

import itertools
import os
import re
import shlex
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from segaudit.errors import InputError, SegauditError

_FORMS = "write local[*], spark://host:7077, yarn, k8s://https://host:6443 or sc://host:15002"
_LOCAL = re.compile(r"local(\[(\*|[1-9]\d*)(\s*,\s*\d+)?\])?")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:/?#@;\[\]]+)(?::(\d{1,5}))?")
_MOST_PORTS = 65_535
_KNOCK = 10.0  # seconds to wait for somebody to answer
_LOOPBACK = ("localhost", "::1")
_K8S_PORT, _CONNECT_PORT, _YARN_PORT = 443, 15_002, 8032
_PROPERTY = re.compile(r"<property>\s*<name>\s*([\w.-]+)\s*</name>\s*<value>\s*([^<>$\s]+)\s*</value>")
_ANYWHERE = "0.0.0.0"  # noqa: S104 - what Hadoop has for an address nobody has set


class Kind(Enum):
    """How Spark is run."""

    LOCAL = "local"  # in one JVM on this machine
    STANDALONE = "standalone"
    YARN = "yarn"
    KUBERNETES = "k8s"
    CONNECT = "connect"
    SUBMITTED = "submitted"  # spark-submit has started a JVM, which knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """Where Spark is."""

    kind: Kind
    url: str  # as Spark takes it; empty if spark-submit knows
    addresses: tuple[tuple[str, int], ...] = ()  # host, port: one of them must answer

    @property
    def shown(self) -> str:
        """The address without what may be secret in it: a token of Spark Connect."""
        return self.url.partition(";")[0].rstrip("/") or self.kind.value

    @property
    def is_near(self) -> bool:
        """Whether the work is done on this machine, by this Python: nothing is to be sent anywhere."""
        return self.kind is Kind.LOCAL

    @property
    def is_loopback(self) -> bool:
        """Whether nothing leaves this machine."""
        named = {host for host, _ in self.addresses}
        return self.is_near or (bool(named) and all(host in _LOOPBACK or host.startswith("127.") for host in named))


def read_master(text: str) -> Master:
    """Return the master an address names.

    Raises:
        InputError: Spark has no such master.
    """
    url = text.strip()
    scheme, _, rest = url.partition("://")
    if _LOCAL.fullmatch(url):
        return Master(kind=Kind.LOCAL, url=url)
    if url == "yarn":
        return Master(kind=Kind.YARN, url=url)
    if scheme == "spark" and rest:
        return Master(kind=Kind.STANDALONE, url=url, addresses=tuple(_address(one, url) for one in rest.split(",")))
    if scheme == "k8s" and rest:
        bare = rest.removeprefix("https://").removeprefix("http://").partition("/")[0]
        return Master(kind=Kind.KUBERNETES, url=url, addresses=(_address(bare, url, _K8S_PORT),))
    if scheme == "sc" and rest:
        return Master(kind=Kind.CONNECT, url=url, addresses=(_address(rest.partition("/")[0], url, _CONNECT_PORT),))
    raise InputError(f'"{url.partition(";")[0]}" is no master of Spark', where="--master", hint=_FORMS)


def _address(text: str, url: str, usual: int | None = None) -> tuple[str, int]:
    found = _HOST.fullmatch(text)
    port = int(found[2]) if found is not None and found[2] else usual
    if found is None or (port is not None and not 0 < port <= _MOST_PORTS):
        raise InputError(f'"{url.partition(";")[0]}" is no address', where="--master", hint=_FORMS)
    if port is None:
        raise InputError("the port is missing", where="--master", hint=f"write it behind the host: {url}:7077")
    return found[1].strip("[]"), port


def master_meant(text: str | None) -> Master:
    """Return the master somebody named; else the one the environment speaks of; else this machine.

    Raises:
        InputError: Spark has no such master.
    """
    if text is not None:
        return read_master(text)
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        return Master(kind=Kind.SUBMITTED, url="")
    return read_master(next(_said_by_environment(), "local[*]"))


def is_remote(session: Any) -> bool:  # noqa: ANN401 - as below
    """Tell whether a session is one of Spark Connect."""
    return ".connect." in type(session).__module__


def master_of(session: Any) -> Master:  # noqa: ANN401 - a SparkSession; nothing here imports PySpark
    """Return where a session runs, as far as it says."""
    if is_remote(session):
        return Master(kind=Kind.CONNECT, url="")
    url = str(session.conf.get("spark.master"))
    try:
        return read_master(url)
    except InputError:  # a service's own
        return Master(kind=Kind.SUBMITTED, url=url)


def _said_by_environment() -> Iterator[str]:
    """Yield the masters the environment names, those that Spark itself heeds first before others."""
    if remote := os.environ.get("SPARK_REMOTE"):
        yield remote
    words = shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
    for word, value in itertools.pairwise(words):
        if word in {"--master", "--remote"}:
            yield value
    home = os.environ.get("SPARK_HOME")
    folder = os.environ.get("SPARK_CONF_DIR") or (str(Path(home) / "conf") if home else None)
    if folder is not None:
        try:
            text = (Path(folder) / "spark-defaults.conf").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        for key in ("spark.remote", "spark.master"):
            # Key and value are parted by white space or an equals sign; the last one counts.
            yield from reversed(re.findall(rf"^[ \t]*{re.escape(key)}[ \t=:]+(\S+)", text, re.MULTILINE))


def check_reachable(master: Master) -> None:
    """Make sure somebody answers where the master should be: Spark itself would try for minutes.

    Raises:
        SegauditError: Nobody does, or Hadoop's configuration, which says where YARN is, is not there.
    """
    reasons = []
    for host, port in _resource_managers() if master.kind is Kind.YARN else master.addresses:
        try:
            socket.create_connection((host, port), timeout=_KNOCK).close()
        except socket.gaierror:
            reasons.append(f'there is no host "{host}"')
        except TimeoutError:
            reasons.append(f"{host} does not answer on port {port}")
        except OSError as error:
            reasons.append(f"{host} refuses port {port} ({error.strerror or error})")
        else:
            return
    if reasons:
        raise SegauditError(f"Spark cannot be reached: {'; '.join(reasons)}", where=master.shown, hint=_hint(master))


def _resource_managers() -> list[tuple[str, int]]:
    """Return where YARN's resource managers are, as far as Hadoop's configuration says it in so many words.

    Raises:
        SegauditError: Nothing says where the configuration is.
    """
    folder = os.environ.get("YARN_CONF_DIR") or os.environ.get("HADOOP_CONF_DIR")
    if not folder:
        hint = "let HADOOP_CONF_DIR name the folder of core-site.xml and yarn-site.xml"
        raise SegauditError("nothing says where YARN is", where="--master yarn", hint=hint)
    try:
        text = (Path(folder) / "yarn-site.xml").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    said = dict(_PROPERTY.findall(text))
    found = {}
    for name, value in said.items():
        for what in ("hostname", "address"):  # an address, where both are given, has the port
            key = f"yarn.resourcemanager.{what}"
            place = _HOST.fullmatch(value) if name == key or name.startswith(f"{key}.") else None
            if place is not None and place[1] != _ANYWHERE:
                found[name.removeprefix(key), what] = (place[1].strip("[]"), int(place[2] or _YARN_PORT))
    return [where for (rm, what), where in found.items() if what == "address" or (rm, "address") not in found]


def _hint(master: Master) -> str:
    known = {
        Kind.STANDALONE: "is the master running? It listens on 7077, unless told otherwise; 8080 is only its web page",
        Kind.YARN: "yarn-site.xml names it; is the resource manager running, and may this machine speak to it?",
        Kind.KUBERNETES: "`kubectl cluster-info` prints the address to write behind k8s://",
        Kind.CONNECT: "is the Connect server running? It listens on 15002, unless told otherwise",
    }
    return known[master.kind]
