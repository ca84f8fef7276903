"""Decodes frames with aioslsk and Nicotine+ and prints how much processor time that takes, as JSON.

usage: clients.py FOLDER ROUNDS
"""

import json
import platform
import struct
import sys
import time
import zlib
from importlib.metadata import version
from pathlib import Path

FOLDER, ROUNDS = Path(sys.argv[1]), int(sys.argv[2])
TOKEN = 0x13579BDF


def frames(name):
    """The frames of a file, each with its length field."""
    stream = (FOLDER / f"{name}.frames").read_bytes()
    found, at = [], 0
    while at < len(stream):
        (length,) = struct.unpack_from("<I", stream, at)
        found.append(stream[at : at + 4 + length])
        at += 4 + length
    return found


def tally(**sums):
    return {"messages": 0, "directories": 0, "files": 0, "bytes": 0, "letters": 0, "values": 0} | sums


class Aioslsk:
    name, package = "aioslsk", "aioslsk"

    def __init__(self):
        from aioslsk.protocol import messages

        self.peer = messages.PeerMessage.deserialize_request
        self.distributed = messages.DistributedMessage.deserialize_request

    def read_replies(self, frame):
        return self.peer(frame)

    def read_shares(self, frame):
        return self.peer(frame)

    def read_searches(self, frame):
        return self.distributed(frame)

    def count_files(self, sums, files):
        for file in files:
            sums["files"] += 1
            sums["bytes"] += file.filesize
            sums["letters"] += len(file.filename)
            sums["values"] += sum(attribute.value for attribute in file.attributes)

    def count_replies(self, sums, reply):
        sums["values"] += reply.ticket
        self.count_files(sums, reply.results)

    def count_shares(self, sums, shares):
        for directory in shares.directories:
            sums["directories"] += 1
            sums["letters"] += len(directory.name)
            self.count_files(sums, directory.files)

    def count_searches(self, sums, search):
        sums["letters"] += len(search.username) + len(search.query)
        sums["values"] += search.ticket


class Nicotine:
    name, package = "Nicotine+", "nicotine-plus"

    def __init__(self):
        from pynicotine import slskmessages

        self.messages = slskmessages

    def read_replies(self, frame):
        reply = self.messages.FileSearchResponse()
        reply.allowed_responses = {TOKEN}
        reply.parse_network_message(memoryview(frame)[8:])
        return reply

    def read_shares(self, frame):
        shares = self.messages.SharedFileListResponse()
        shares.parse_network_message(memoryview(frame)[8:])
        return shares

    def read_searches(self, frame):
        search = self.messages.DistribSearch()
        search.parse_network_message(memoryview(frame)[5:])
        return search

    def count_files(self, sums, files):
        for _code, name, size, _extension, attributes in files:
            sums["files"] += 1
            sums["bytes"] += size
            sums["letters"] += len(name)
            sums["values"] += sum(attributes.values())

    def count_replies(self, sums, reply):
        sums["values"] += reply.token
        self.count_files(sums, reply.list)

    def count_shares(self, sums, shares):
        for name, files in shares.list:
            sums["directories"] += 1
            sums["letters"] += len(name)
            self.count_files(sums, files)

    def count_searches(self, sums, search):
        sums["letters"] += len(search.search_username) + len(search.searchterm)
        sums["values"] += search.token


def measure(client, name):
    inputs = frames(name)
    read, count = getattr(client, f"read_{name}"), getattr(client, f"count_{name}")
    sums = tally()
    for frame in inputs:
        sums["messages"] += 1
        count(sums, read(frame))
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.thread_time()
        for frame in inputs:
            read(frame)
        best = min(best, time.thread_time() - start)
    return {"seconds": best, "tally": sums}


def main():
    clients = []
    for kind in (Aioslsk, Nicotine):
        client = kind()
        results = [measure(client, name) for name in ("replies", "shares", "searches")]
        clients.append({"name": kind.name, "version": version(kind.package), "results": results})
    runtime = f"{platform.python_implementation()} {platform.python_version()}"
    print(json.dumps({"python": f"{runtime} with zlib {zlib.ZLIB_RUNTIME_VERSION}", "clients": clients}))


main()
