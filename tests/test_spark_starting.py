"""The way to a Spark session, as far as it goes without Spark: masters, what must be there, settings, faults."""

import os
import socket
import subprocess
import sys
import threading
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

import segaudit
from segaudit.engine.spark.starting import installed, settings
from segaudit.engine.spark.starting.faults import explain, hint_for, no_worker, other_version
from segaudit.engine.spark.starting.java import check_java
from segaudit.engine.spark.starting.masters import Kind, check_reachable, master_meant, read_master
from segaudit.engine.spark.starting.shipping import package_bytes
from segaudit.engine.spark.starting.waiting import GivenUp, within
from segaudit.engine.spark.starting.workers import Seen, judge_workers
from segaudit.errors import InputError, SegauditError


def told(error: SegauditError) -> str:
    """Return a message as one line."""
    return " | ".join(str(error).splitlines()).replace("  hint: ", "")


# ------------------------------------------------------------------------------------------------------------- masters


@pytest.mark.parametrize(
    ("url", "kind", "addresses"),
    [
        ("local", Kind.LOCAL, ()),
        ("local[2]", Kind.LOCAL, ()),
        ("local[*]", Kind.LOCAL, ()),
        ("local[4,2]", Kind.LOCAL, ()),
        ("spark://h:7077", Kind.STANDALONE, (("h", 7077),)),
        ("spark://a:7077,b:7078", Kind.STANDALONE, (("a", 7077), ("b", 7078))),
        ("spark://[::1]:7077", Kind.STANDALONE, (("::1", 7077),)),
        ("yarn", Kind.YARN, ()),
        ("k8s://https://h:6443", Kind.KUBERNETES, (("h", 6443),)),
        ("k8s://h", Kind.KUBERNETES, (("h", 443),)),
        ("sc://h", Kind.CONNECT, (("h", 15002),)),
        ("sc://h:1/;token=x;use_ssl=true", Kind.CONNECT, (("h", 1),)),
    ],
)
def test_masters(url: str, kind: Kind, addresses: tuple[tuple[str, int], ...]) -> None:
    """A master's address says how Spark runs, and who must answer."""
    master = read_master(url)
    assert (master.kind, master.url, master.addresses) == (kind, url, addresses)


@pytest.mark.parametrize(
    "url",
    ["", "locl", "local[0]", "local[x]", "spark://", "spark://h", "spark://h:99999", "http://h:7077", "yarn-client"],
)
def test_no_master(url: str) -> None:
    """What is no master is told with the forms there are."""
    with pytest.raises(InputError) as caught:
        read_master(url)
    assert str(caught.value).startswith("--master: ")
    assert "spark://h" in caught.value.hint


def test_tokens_are_not_shown() -> None:
    """What stands behind the address of a Connect server is never repeated."""
    assert read_master("sc://h:443/;token=secret").shown == "sc://h:443"
    with pytest.raises(InputError) as caught:
        read_master("sx://h:443/;token=secret")
    assert "secret" not in str(caught.value)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing of Spark."""
    for name in ("PYSPARK_GATEWAY_PORT", "SPARK_REMOTE", "PYSPARK_SUBMIT_ARGS", "SPARK_HOME", "SPARK_CONF_DIR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_master_of_the_environment(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a word the environment says it: spark-submit, a Connect server, a cluster's defaults; else it is here."""
    assert master_meant(None).url == "local[*]"
    (tmp_path / "conf").mkdir()
    defaults = "# spark.master yarn\nspark.master  spark://old:7077\nspark.master\tspark://h:7077\nspark.masters x\n"
    (tmp_path / "conf" / "spark-defaults.conf").write_text(defaults)
    bare.setenv("SPARK_HOME", str(tmp_path))
    assert master_meant(None).url == "spark://h:7077"
    bare.setenv("PYSPARK_SUBMIT_ARGS", "--name 'a b' --master local[3] pyspark-shell")
    assert master_meant(None).url == "local[3]"
    bare.setenv("SPARK_REMOTE", "sc://h")
    assert master_meant(None).url == "sc://h"
    bare.setenv("PYSPARK_GATEWAY_PORT", "1")
    assert master_meant(None).kind is Kind.SUBMITTED
    assert master_meant("local").url == "local"


@pytest.fixture
def closed_port() -> int:
    """A port of this machine nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize(
    ("form", "hint"),
    [("spark://127.0.0.1:{}", "7077"), ("sc://127.0.0.1:{}", "15002"), ("k8s://https://127.0.0.1:{}", "kubectl")],
)
def test_nobody_answers(form: str, hint: str, closed_port: int) -> None:
    """A master that is not there is told at once, with its address and where it usually is."""
    with pytest.raises(SegauditError) as caught:
        check_reachable(read_master(form.format(closed_port)))
    assert f"Spark cannot be reached: 127.0.0.1 refuses port {closed_port}" in str(caught.value)
    assert hint in caught.value.hint


def test_one_of_two_masters_answers(closed_port: int) -> None:
    """Of several masters that stand in for each other, one is enough."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        check_reachable(read_master(f"spark://127.0.0.1:{closed_port},127.0.0.1:{server.getsockname()[1]}"))


def test_no_such_host() -> None:
    """A host that does not exist is named."""
    with pytest.raises(SegauditError, match=r'there is no host "nowhere\.invalid"'):
        check_reachable(read_master("spark://nowhere.invalid:7077"))


def test_yarn_without_its_configuration(bare: pytest.MonkeyPatch, closed_port: int, tmp_path: Path) -> None:
    """Hadoop's configuration says where YARN is: it must be there, and whom it names must answer."""
    bare.delenv("HADOOP_CONF_DIR", raising=False)
    bare.delenv("YARN_CONF_DIR", raising=False)
    with pytest.raises(SegauditError, match="nothing says where YARN is"):
        check_reachable(read_master("yarn"))
    bare.setenv("HADOOP_CONF_DIR", str(tmp_path))
    check_reachable(read_master("yarn"))  # it does not say; Spark will ask elsewhere
    entry = "<property>\n <name>yarn.resourcemanager.{}</name>\n <value>{}</value>\n</property>\n"
    site = entry.format("hostname.rm1", "nowhere.invalid") + entry.format("address.rm1", f"127.0.0.1:{closed_port}")
    (tmp_path / "yarn-site.xml").write_text(f"<configuration>\n{site}</configuration>\n")
    with pytest.raises(SegauditError, match=f"127.0.0.1 refuses port {closed_port}"):
        check_reachable(read_master("yarn"))


# ---------------------------------------------------------------------------------------------------- what is installed


@pytest.mark.parametrize(
    ("versions", "problem"),
    [
        ({"pyspark": "3.5.4"}, "PySpark 3.5.4 is too old | Spark 4 is needed: pip install 'segaudit[spark]'"),
        ({"pyspark": "4.1.0", "pandas": "3.0.1"}, "pandas 3.0.1 is installed, which PySpark does not fully support"),
        ({"pyspark": "4.1.0", "pandas": "2.3.3"}, None),
        ({"pyspark": "5.0.0"}, None),
    ],
)
def test_versions(versions: dict[str, str], problem: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions that do not work together are told, with what to install."""
    monkeypatch.setattr(installed, "find_spec", lambda name: name)
    monkeypatch.setattr(installed, "installed_version", versions.get)
    if problem is None:
        installed.check_installed()
        return
    with pytest.raises(SegauditError) as caught:
        installed.check_installed()
    assert told(caught.value).startswith(f"--engine spark: {problem}")


def test_libraries_of_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Spark Connect needs beside PySpark is named."""
    monkeypatch.setattr(installed, "find_spec", lambda name: None if name.startswith("grpc") else name)
    with pytest.raises(SegauditError, match="libraries that are not installed: grpc, grpc_status"):
        installed.check_connect_client()


def test_server_of_another_age() -> None:
    """A Connect server of Spark 3 is told; one of another Spark 4 is none of our business."""
    installed.check_server_version("4.0.1", where="sc://h")
    with pytest.raises(SegauditError, match=r"the server runs Spark 3\.5\.1, and PySpark here is"):
        installed.check_server_version("3.5.1", where="sc://h")


def test_spark_home(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """SPARK_HOME must hold Spark, and the one PySpark belongs to."""
    installed.check_home()
    bare.setenv("SPARK_HOME", str(tmp_path))
    with pytest.raises(SegauditError, match="there is no Spark in this folder"):
        installed.check_home()
    (tmp_path / "bin").mkdir()
    (tmp_path / "jars").mkdir()
    (tmp_path / "bin" / "spark-submit").touch()
    (tmp_path / "jars" / "spark-core_2.13-4.1.2-amzn-0.jar").touch()
    bare.setattr(installed, "installed_version", {"pyspark": "4.1.0"}.get)
    installed.check_home()
    bare.setattr(installed, "installed_version", {"pyspark": "4.3.0"}.get)
    with pytest.raises(SegauditError) as caught:
        installed.check_home()
    assert "Spark 4.1.2 is in this folder, and PySpark is 4.3.0" in str(caught.value)
    assert "pip install 'pyspark==4.1.*'" in caught.value.hint


# ---------------------------------------------------------------------------------------------------------------- Java


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program called java, which says whatever a test lets it say; the only one there is."""
    if os.name != "posix":
        pytest.skip("the program is a shell script")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tmp_path / "bin" / "java"


def script(path: Path, text: str, code: int = 0) -> None:
    """Write a program that says something on standard error."""
    path.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{text}\nEND\nexit {code}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("said", "code", "problem"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 0, None),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21" 2023-09-19', 0, None),
        ('java version "1.8.0_402"', 0, "Java 8 is too old: Spark 4 needs 17 or newer"),
        ('openjdk version "11.0.22" 2024-01-16', 0, "Java 11 is too old"),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", 1, "Java does not start (The operat"),
    ],
)
def test_java(java: Path, said: str, code: int, problem: str | None) -> None:
    """Java must start and be new enough; what it says is told."""
    script(java, said, code)
    if problem is None:
        check_java()
        return
    with pytest.raises(SegauditError) as caught:
        check_java()
    assert f"{java}: {problem}" in str(caught.value)
    assert "install Java 17 or 21" in caught.value.hint


def test_java_home(java: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JAVA_HOME goes before the PATH, and must hold a Java; one that is on the PATH is named then."""
    script(java, 'openjdk version "17.0.15"')
    monkeypatch.setenv("JAVA_HOME", str(java.parents[1]))
    check_java()
    monkeypatch.setenv("JAVA_HOME", str(java.parent / "none"))
    with pytest.raises(SegauditError) as caught:
        check_java()
    assert str(caught.value).startswith(f"JAVA_HOME={java.parent / 'none'}: there is no Java in this folder")
    assert str(java) in caught.value.hint


# ------------------------------------------------------------------------------------------------------------ settings


def test_what_is_said_to_segaudit_itself() -> None:
    """Settings that begin with segaudit. are not Spark's, and are refused if they mean nothing."""
    wishes, own = settings.split_settings((("segaudit.ship", "false"), ("a", "b"), ("segaudit.wait", "90")))
    assert (wishes.ship, wishes.wait, own) == (False, 90.0, {"a": "b"})
    for pair, problem in (
        (("segaudit.shop", "x"), 'there is no setting "segaudit.shop"'),
        (("segaudit.ship", "maybe"), "segaudit.ship is true or false"),
        (("segaudit.wait", "long"), "segaudit.wait is a number of seconds"),
        (("segaudit.small", "-1"), "segaudit.small is a number of rows"),
    ):
        with pytest.raises(InputError, match=problem):
            settings.split_settings((pair,))


def test_settings_of_a_local_spark(tmp_path: Path) -> None:
    """On this machine Spark talks to nobody else and keeps to its folder; what the user sets goes before all."""
    made = settings.settings_for(
        read_master("local[3]"), {"spark.sql.shuffle.partitions": "5"}, memory_limit="2GiB", folder=tmp_path
    )
    expected = {
        "spark.master": "local[3]",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.adaptive.skewJoin.enabled": "true",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1024m",
        "spark.local.dir": str(tmp_path),
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "5",
    }
    assert {key: made[key] for key in expected} == expected


def test_settings_of_a_cluster(tmp_path: Path) -> None:
    """A cluster keeps its own folders, addresses and numbers; a loopback master keeps the driver on loopback."""
    made = settings.settings_for(read_master("spark://h:7077"), {}, memory_limit=None, folder=tmp_path)
    near = {"spark.local.dir", "spark.driver.host", "spark.driver.memory", "spark.sql.shuffle.partitions"}
    assert not near & set(made)
    here = settings.settings_for(read_master("spark://127.0.0.1:7077"), {}, memory_limit=None, folder=tmp_path)
    assert here["spark.driver.bindAddress"] == "127.0.0.1"


@pytest.mark.parametrize(("asked", "level"), [("", "ERROR"), ("info", "INFO"), ("1", "WARN")])
def test_how_loud_spark_is(asked: str, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark is silent unless the environment asks for its log."""
    monkeypatch.setenv("SEGAUDIT_SPARK_LOG", asked)
    assert settings.log_level() == level
    assert f"rootLogger.level = {level.lower()}\n" in settings.log4j_text()


# ------------------------------------------------------------------------------------------------------------- workers


def test_package_as_an_archive(tmp_path: Path) -> None:
    """The package travels as an archive that Python imports from, with its rules, the same bytes each time."""
    content = package_bytes()
    assert content == package_bytes()
    names = zipfile.ZipFile(BytesIO(content)).namelist()
    assert "segaudit/_data/rules/fields.csv" in names
    assert not [name for name in names if "__pycache__" in name]
    (tmp_path / "s.zip").write_bytes(content)
    look = "import segaudit, segaudit.engine.spark.stages; print(segaudit.__file__)"
    ran = subprocess.run(
        [sys.executable, "-c", look],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "s.zip")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(ran.stdout.strip()) == tmp_path / "s.zip" / "segaudit" / "__init__.py"


def seen(host: str, *missing: str, **versions: str) -> Seen:
    """Return a worker."""
    return Seen(host=host, missing=missing, versions=tuple(versions.items()))


def test_what_workers_lack() -> None:
    """Libraries that are missing are named with the hosts, and with what to install there."""
    with pytest.raises(SegauditError) as caught:
        judge_workers([seen("b", "duckdb"), seen("a", "duckdb"), seen("c")], "spark://h:7077")
    assert str(caught.value).startswith("spark://h:7077: workers lack what they need (a, b: duckdb)\n")
    assert f"pip install 'duckdb=={installed.installed_version('duckdb')}'" in caught.value.hint


def test_many_hosts_are_counted() -> None:
    """Of many hosts some are named."""
    with pytest.raises(SegauditError, match=r"\(h0, h1, h2 and 7 more: rapidfuzz\)"):
        judge_workers([seen(f"h{number}", "rapidfuzz") for number in range(10)], "yarn")


def test_other_versions_on_workers() -> None:
    """Another DuckDB or another segaudit could answer otherwise; a newer rapidfuzz does not."""
    ours = installed.installed_version("duckdb") or ""
    judge_workers([seen("a", duckdb=ours, rapidfuzz="99.0", segaudit=segaudit.__version__)], "yarn")
    with pytest.raises(SegauditError, match=r"workers have other versions \(a: duckdb 1\.1\.3\) than this machine"):
        judge_workers([seen("a", duckdb="1.1.3", segaudit=segaudit.__version__)], "yarn")
    with pytest.raises(SegauditError) as caught:
        judge_workers([seen("a", duckdb=ours, segaudit="0.0.1")], "yarn")
    assert "segaudit.ship" in caught.value.hint


# --------------------------------------------------------------------------------------------- what Spark itself says

PYTHONS = (
    "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.10 than that in driver: 3.11, PySpark cannot "
    "run with different minor versions."
)


@pytest.mark.parametrize(
    ("words", "said", "problem"),
    [
        (PYTHONS, "", "workers run Python 3.10, and segaudit runs on Python 3.11"),
        (
            PYTHONS,
            "Lost task 0.0 in stage 0.0 (TID 0) (n7 executor 1): x",
            "workers run Python 3.10 (on n7), and segaudit",
        ),
        (
            "ModuleNotFoundError: No module named 'pyarrow.lib'",
            "",
            "workers lack what they need (spark://h:7077: pyarrow)",
        ),
        ('Cannot run program "/opt/py": error=2, No such file', "", 'workers have no Python at "/opt/py"'),
        ("All masters are unresponsive! Giving up.", "", "what answers there takes no application of Spark"),
        ("System memory 104857600 must be at least 471859200.", "", "Spark has too little memory to start"),
        ("getSubject is not supported", "", "this Spark does not run on a Java this new"),
        ("(org.x.SparkException) Python UDF is not supported here", "", "the server does not run Python functions"),
        ("UNSUPPORTED: mapInArrow", "", "the server does not run Python functions"),
        (
            "gone",
            "WARNING: chatter\nInvalid maximum heap size: -Xmx1x\nmore",
            "cannot be started: Invalid maximum heap",
        ),
        ("a.b.CException: outer\nCaused by: a.DException: inner\n\tat x", "", "cannot be started: a.DException: inner"),
        ("", "", "cannot be started: it does not say why"),
    ],
)
def test_faults_of_spark(words: str, said: str, problem: str) -> None:
    """What Spark says in many lines is told in one, with a way out."""
    error = explain(RuntimeError(words), read_master("spark://h:7077"), said)
    assert problem in str(error)
    assert error.hint


def test_master_of_another_version() -> None:
    """A master that listens and does not answer is most likely another version."""
    error = other_version(read_master("spark://h:7077"))
    assert "takes no application of Spark" in error.problem
    assert "pip install 'pyspark==<that version>'" in error.hint


def test_no_worker() -> None:
    """If nobody takes up work, the message says how long it was waited for, and how to wait longer."""
    error = no_worker(read_master("yarn"), 300)
    assert str(error).startswith("yarn: no worker has taken up work within 300 seconds")
    assert "segaudit.wait=1500" in error.hint


def test_library_missing_later() -> None:
    """A library that only one job needs is named when that job fails."""
    assert "pip install" in hint_for("ModuleNotFoundError: No module named 'polars.x'")
    assert hint_for("division by zero") == ""


def test_calls_that_never_come_back() -> None:
    """A call returns, raises or is given up."""
    assert within(30, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(30, lambda: 1 // 0)
    over = threading.Event()
    with pytest.raises(GivenUp):
        within(0.05, over.wait)
    over.set()
