"""Files in an object store: a server that speaks S3's protocol, started here on this machine."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request

import hypostyle as hs
import pytest

pytest.importorskip("moto", reason="needs moto[s3]")
pytest.importorskip("flask_cors", reason="needs flask and flask-cors")
boto3 = pytest.importorskip("boto3", reason="needs moto[s3]")


@pytest.fixture(scope="module", autouse=True)
def direct():
    """Nothing here goes through a proxy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("no_proxy", "127.0.0.1")
        yield


@pytest.fixture(scope="module")
def server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{url}/moto-api/", timeout=1)
            break
        except OSError:
            assert process.poll() is None, "the server did not start"
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def options(server):
    return {
        "aws_endpoint_url": server,
        "aws_access_key_id": "key",
        "aws_secret_access_key": "secret",
        "aws_region": "us-east-1",
        "allow_http": True,
    }


@pytest.fixture(scope="module")
def client(server):
    client = boto3.client(
        "s3", endpoint_url=server, aws_access_key_id="key", aws_secret_access_key="secret", region_name="us-east-1"
    )
    client.create_bucket(Bucket="bucket")
    return client


def names(client, prefix=""):
    return sorted(one["Key"] for one in client.list_objects_v2(Bucket="bucket", Prefix=prefix).get("Contents", []))


def frame(rows=1000):
    return hs.DataFrame(
        {
            "id": range(rows),
            "x": [row / 4 for row in range(rows)],
            "name": [["ann", "bob", None][row % 3] for row in range(rows)],
            "year": [2020 + row % 3 for row in range(rows)],
        }
    )


@pytest.mark.parametrize(
    ("write", "read", "name"),
    [
        ("to_parquet", hs.read_parquet, "f.parquet"),
        ("to_csv", hs.read_csv, "f.csv"),
        ("to_csv", hs.read_csv, "f.csv.gz"),
        ("to_feather", hs.read_feather, "f.arrow"),
        ("to_feather", hs.read_ipc, "f.arrows"),
    ],
)
def test_formats_come_back(client, options, write, read, name):
    url = f"s3://bucket/formats/{name}"
    getattr(frame(), write)(url, storage_options=options)
    assert read(url, storage_options=options).to_dict("list") == frame().to_dict("list")


def test_json_and_text_come_back(client, options):
    url = "s3://bucket/formats/f.ndjson"
    frame().to_json(url, orient="records", lines=True, storage_options=options)
    assert hs.read_json(url, storage_options=options).to_dict("list") == frame().to_dict("list")
    client.put_object(Bucket="bucket", Key="formats/f.txt", Body=b"one\n\nthree")
    lines = hs.read_text("s3://bucket/formats/f.txt", storage_options=options)
    assert lines["line"].to_list() == ["one", "", "three"]


def test_a_large_file_is_sent_in_parts(client, options):
    url = "s3://bucket/large/f.csv"
    big = hs.DataFrame({"id": range(1_500_000)}).assign(x=lambda df: df["id"] * 1.5, y=lambda df: df["id"] % 1000)
    big.to_csv(url, storage_options=options)
    head = client.head_object(Bucket="bucket", Key="large/f.csv")
    assert head["ContentLength"] > 20 << 20
    assert "-" in head["ETag"], "one part"
    back = hs.read_csv(url, storage_options=options)
    assert len(back) == 1_500_000
    assert back["y"].sum() == big["y"].sum()
    assert back[back["id"] >= 1_499_998]["x"].to_list() == [1_499_998 * 1.5, 1_499_999 * 1.5]


def test_patterns_lists_and_folders(client, options):
    for year in (2023, 2024):
        for part in range(2):
            client.put_object(
                Bucket="bucket", Key=f"found/year={year}/p{part}.csv", Body=f"x\n{year * 10 + part}\n".encode()
            )
    client.put_object(Bucket="bucket", Key="found/_SUCCESS", Body=b"")

    def read(path, **more):
        return hs.read_csv(path, storage_options=options, **more)

    assert read("s3://bucket/found/*/p1.csv")["x"].to_list() == [20231, 20241]
    assert read("s3://bucket/found/**/p?.csv")["x"].to_list() == [20230, 20231, 20240, 20241]
    urls = [f"s3://bucket/found/year={year}/p0.csv" for year in (2024, 2023)]
    assert read(urls)["x"].to_list() == [20240, 20230]
    folder = read("s3://bucket/found")
    assert folder.to_dict("list") == {"x": [20230, 20231, 20240, 20241], "year": [2023, 2023, 2024, 2024]}
    assert folder[folder["year"] == 2024]["x"].to_list() == [20240, 20241]
    assert read("s3://bucket/found/*/p0.csv", file_path="from")["from"].to_list() == sorted(urls)


def test_folders_are_written(client, options):
    url = "s3://bucket/written"
    frame().to_parquet(url, partition_cols=["year"], storage_options=options)
    assert names(client, "written/") == [f"written/year={year}/part-000000.parquet" for year in (2020, 2021, 2022)]
    back = hs.read_parquet(url, columns=["id", "year"], storage_options=options).sort_values("id")
    assert back.to_dict("list") == frame()[["id", "year"]].to_dict("list")
    with pytest.raises(hs.errors.InvalidArgumentError, match="overwrite"):
        frame().to_parquet(url, partition_cols=["year"], storage_options=options)
    frame().to_parquet(url, partition_cols=["name"], storage_options=options, overwrite=True)
    assert all("name=" in key for key in names(client, "written/"))


def test_the_environment_is_read(client, options, monkeypatch):
    frame().to_parquet("s3://bucket/env/f.parquet", storage_options=options)
    for name, value in options.items():
        name = name.upper() if name.startswith("aws_") else f"AWS_{name.upper()}"
        monkeypatch.setenv(name, str(value).lower() if value is True else value)
    assert len(hs.read_parquet("s3://bucket/env/f.parquet")) == 1000


def test_what_is_missing_is_told(client, options):
    with pytest.raises(FileNotFoundError, match=r"s3://bucket/none.parquet"):
        hs.read_parquet("s3://bucket/none.parquet", storage_options=options)
    with pytest.raises(FileNotFoundError, match="pattern"):
        hs.read_csv("s3://bucket/none-*.csv", storage_options=options)
    for path in ("*.csv", "x.csv", "folder/"):
        with pytest.raises(FileNotFoundError, match=r"read_csv: there is no such bucket.*s3://nowhere/"):
            hs.read_csv(f"s3://nowhere/{path}", storage_options=options)
    with pytest.raises(FileNotFoundError, match=r"write_csv: there is no such bucket.*s3://nowhere/x.csv"):
        frame().to_csv("s3://nowhere/x.csv", storage_options=options)
    with pytest.raises(FileNotFoundError, match=r"write_parquet: there is no such bucket.*s3://nowhere/x"):
        frame().to_parquet("s3://nowhere/x", partition_cols=["year"], storage_options=options)
    with pytest.raises(hs.errors.InvalidArgumentError, match="names no object"):
        frame().to_csv("s3://bucket/folder/", storage_options=options)


def test_options_are_checked(options):
    with pytest.raises(hs.errors.InvalidArgumentError, match="aws_secret"):
        hs.read_csv("s3://bucket/x.csv", storage_options={**options, "aws_secret": "x"})
    with pytest.raises(hs.errors.DataTypeError, match="max_retries"):
        hs.read_csv("s3://bucket/x.csv", storage_options={**options, "max_retries": None})
    with pytest.raises(hs.errors.InvalidArgumentError, match="aws_endpoint_url is a URL"):
        hs.read_csv("s3://bucket/x.csv", storage_options={**options, "aws_endpoint_url": "127.0.0.1:9"})
    with pytest.raises(hs.errors.InvalidArgumentError, match="name of a bucket"):
        hs.read_csv("s3://buck et/x.csv", storage_options=options)
    with pytest.raises(hs.errors.InvalidArgumentError, match="aws_secret_access_key are given together"):
        hs.read_csv("s3://bucket/x.csv", storage_options={"aws_access_key_id": "key"})
    with pytest.raises(OSError, match="allow_http"):
        hs.read_csv("s3://bucket/x.csv", storage_options={**options, "allow_http": False})
    with pytest.raises(hs.errors.UnsupportedError, match="hdfs"):
        hs.read_csv("hdfs://host/x.csv")


def test_wrong_credentials_are_told(server, client, options):
    def enforce(count):
        plain = {"Content-Type": "text/plain"}
        request = urllib.request.Request(f"{server}/moto-api/reset-auth", data=count, headers=plain, method="POST")
        urllib.request.urlopen(request, timeout=5).read()

    client.put_object(Bucket="bucket", Key="secret.csv", Body=b"x\n1\n")
    enforce(b"0")
    try:
        with pytest.raises(OSError, match=r"permission denied.*s3://bucket/secret.csv"):
            hs.read_csv("s3://bucket/secret.csv", storage_options={**options, "aws_access_key_id": "wrong"})
    finally:
        enforce(b"inf")


def test_a_server_that_is_not_there(options):
    nobody = {**options, "aws_endpoint_url": "http://127.0.0.1:9"}
    started = time.monotonic()
    with pytest.raises(OSError, match=r"no connection to 127.0.0.1:9.*s3://bucket/x.csv"):
        hs.read_csv("s3://bucket/x.csv", storage_options=nobody)
    with pytest.raises(OSError, match=r"write_csv: no connection to 127.0.0.1:9"):
        frame().to_csv("s3://bucket/x.csv", storage_options=nobody)
    assert time.monotonic() - started < 20


def test_without_credentials_their_names_are_told(options, monkeypatch):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    # In place of what machines of Amazon's ask.
    alone = {"aws_endpoint_url": options["aws_endpoint_url"], "allow_http": True, "max_retries": 0}
    nobody = "http://127.0.0.1:9/?169.254.169.254"
    with pytest.raises(OSError, match=r"there are no credentials.*aws_access_key_id"):
        hs.read_csv("s3://bucket/x.csv", storage_options={**alone, "aws_metadata_endpoint": nobody})


#: Answers that a file is there, and then nothing any more.
STUCK = """
    import socket, sys, threading
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    def serve(stream):
        while request := stream.recv(65536):
            if b"bytes=0-0" in request:
                head = "HTTP/1.1 206 Some\\r\\ncontent-range: bytes 0-0/1000\\r\\ncontent-length: 1\\r\\n\\r\\na"
                stream.sendall(head.encode())
    while True:
        threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
"""

READER = """
    import sys, time, hypostyle as hs
    print("reading", flush=True)
    try:
        hs.read_csv(sys.argv[1])
    except KeyboardInterrupt:
        print("stopped", flush=True)
"""


def test_ctrl_c_stops_waiting_for_a_server():
    command = [sys.executable, "-c"]
    with subprocess.Popen([*command, textwrap.dedent(STUCK)], stdout=subprocess.PIPE, text=True) as stuck:
        url = f"http://127.0.0.1:{int(stuck.stdout.readline())}/x.csv"
        with subprocess.Popen([*command, textwrap.dedent(READER), url], stdout=subprocess.PIPE, text=True) as reader:
            assert reader.stdout.readline() == "reading\n"
            time.sleep(1)
            assert reader.poll() is None, "nothing to wait for"
            started = time.monotonic()
            reader.send_signal(signal.SIGINT)
            assert reader.stdout.readline() == "stopped\n"
            assert time.monotonic() - started < 1
        stuck.kill()


#: Writes and writes, and says so when the first part must be on its way.
WRITER = """
    import sys, hypostyle as hs
    url, options = sys.argv[1], eval(sys.argv[2])
    big = hs.DataFrame({"id": range(6_000_000)})
    big = big.assign(x=big["id"] * 1.5, y=big["id"].astype("string"))
    print("writing", flush=True)
    big.to_csv(url, storage_options=options)
    print("done", flush=True)
"""


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_writer_leaves_nothing_to_be_seen(client, options, kill):
    key = f"killed/{kill.name}.csv"
    client.put_object(Bucket="bucket", Key=key, Body=b"old")
    command = [sys.executable, "-c", textwrap.dedent(WRITER), f"s3://bucket/{key}", repr(options)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(os.environ))
    writer.stdout.readline()
    deadline = time.monotonic() + 60
    while writer.poll() is None and time.monotonic() < deadline:
        if client.list_multipart_uploads(Bucket="bucket").get("Uploads"):
            break
        time.sleep(0.01)
    writer.send_signal(kill)
    assert writer.wait(30) != 0, "it was done before it was killed"
    assert client.get_object(Bucket="bucket", Key=key)["Body"].read() == b"old"
    assert names(client, "killed/").count(key) == 1
    for upload in client.list_multipart_uploads(Bucket="bucket").get("Uploads", []):
        client.abort_multipart_upload(Bucket="bucket", Key=upload["Key"], UploadId=upload["UploadId"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_reads_what_its_parent_opened(client, options):
    url = "s3://bucket/forked/f.parquet"
    frame().to_parquet(url, storage_options=options)
    lazy = hs.read_parquet(url, storage_options=options)
    assert lazy["id"].sum() == 499_500
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            fresh = hs.read_parquet(url, storage_options=options)
            os.write(write, f"{lazy['x'].sum()} {fresh['id'].sum()}".encode())
        finally:
            os._exit(0)
    os.close(write)
    assert os.read(read, 100) == b"124875.0 499500"
    os.waitpid(child, 0)
