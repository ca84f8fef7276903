"""What no filter of `slsk.py` shows, held against captured packets: cutting, obfuscation, file connections.

    python3 slsk_test.py protocol.json tests/fixtures/captures
"""

import json
import random
import sys
import unittest
from pathlib import Path

from slsk import Codec, Fault

LONGEST = 1 << 20
with open(sys.argv[1], encoding="utf-8") as file:
    CODEC = Codec(json.load(file))


def rows():
    """The captured messages and events."""
    for path in sorted(Path(sys.argv[2]).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            row["frame"] = bytes.fromhex(row["frame"])
            row["raw"] = bytes.fromhex(row.get("raw") or "")
            yield row


ROWS = list(rows())


def chunks(data, dice):
    at = 0
    while at < len(data):
        size = dice.randint(1, 50)
        yield data[at : at + size]
        at += size


class Cutting(unittest.TestCase):
    def check(self, frames, sent, obfuscated):
        stream, found = bytearray(), []
        for chunk in chunks(b"".join(sent), random.Random(2242)):
            stream += chunk
            while (frame := CODEC.cut(stream, LONGEST, obfuscated)) is not None:
                found.append(frame)
        self.assertEqual(found, frames)
        self.assertEqual(stream, b"")

    def test_a_stream_in_any_chunks_gives_the_same_frames(self):
        frames = [row["frame"] for row in ROWS if row.get("code") is not None]
        self.assertEqual(len(frames), 4029)
        self.check(frames, frames, False)

    def test_obfuscated_frames_come_out_as_captured(self):
        hidden = [row for row in ROWS if row["raw"]]
        self.assertEqual(len(hidden), 28)
        frames = [row["frame"] for row in hidden]
        self.check(frames, [row["raw"] for row in hidden], True)
        for row in hidden:
            self.assertEqual(CODEC.obfuscate(row["frame"], row["raw"][:4]), row["raw"])

    def test_a_frame_over_the_limit_is_refused_before_it_is_there(self):
        for obfuscated in False, True:
            start = (LONGEST + 1).to_bytes(4, "little")
            stream = bytearray(CODEC.obfuscate(start, b"\x01\x02\x03\xff") if obfuscated else start)
            with self.assertRaises(Fault) as refused:
                CODEC.cut(stream, LONGEST, obfuscated)
            self.assertEqual(refused.exception.kind, "frame_too_long")


class Files(unittest.TestCase):
    # The name in the captures, which is that of another program, and ours.
    NAMES = {"FileTransferInit": "FileTicket", "FileOffset": "FileOffset", "FileData": "FileData"}

    def test_the_parts_are_read_and_written_as_captured(self):
        counts = dict.fromkeys(CODEC.parts, 0)
        for row in ROWS:
            if row["conn_type"] != "F" or row["name"] not in self.NAMES:
                continue
            name, sent = self.NAMES[row["name"]], row["frame"]
            behind = b"" if name == "FileData" else b"more"
            fields, rest = CODEC.decode_part(name, sent + behind)
            self.assertEqual(rest, behind)
            [value] = fields.values()
            expected = {"$hex": sent.hex()} if name == "FileData" else int.from_bytes(sent, "little")
            self.assertEqual(value, expected)
            self.assertEqual(CODEC.encode_part(name, fields), sent)
            counts[name] += 1
        self.assertEqual(counts, {"FileTicket": 31, "FileOffset": 30, "FileData": 30})

    def test_a_part_says_how_many_bytes_it_takes(self):
        sizes = {name: part.min_size for name, part in CODEC.parts.items()}
        self.assertEqual(sizes, {"FileTicket": 4, "FileOffset": 8, "FileData": 0})
        with self.assertRaises(Fault) as refused:
            CODEC.decode_part("FileOffset", b"\0" * 7)
        self.assertEqual((refused.exception.kind, refused.exception.path), ("unexpected_end", "offset"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
