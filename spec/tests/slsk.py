#!/usr/bin/env python3
"""A codec of the Soulseek protocol that knows of it only what stands in `protocol.json`.

Whoever writes one in another language can begin here. `slsk_types.py` has the types of fields. Here is `Codec`, which
makes frames of messages and messages of frames, and behind it two filters that speak the same lines of JSON as
`slsk decode --frames` and `slsk encode --frames`:

    python3 slsk.py decode protocol.json < frames.jsonl > messages.jsonl
    python3 slsk.py encode protocol.json < messages.jsonl > frames.jsonl

As a library:

    codec = Codec(json.load(open("protocol.json")))
    frame = codec.encode("peer", "QueueUpload", {"filename": "Music\\\\a.mp3"})
    codec.decode("peer", frame).fields["filename"]

A value is what JSON shows: `primitives[].json` says how. A text is a string where it is UTF-8 and {"$hex": ".."} where it
is not, bytes are always {"$hex": ".."}, a record is an object, and an absent field is null. So each text goes back to
the wire as it came. Python 3.11 and its standard library are all that is needed.
"""

import json
import re
import sys
import zlib
from dataclasses import dataclass

from slsk_types import LENGTH, LITTLE, PRIMITIVES, Either, Fault, Field, List, Record, Source, bytes_of, length_bytes


@dataclass
class Message:
    """What a frame says. A message of unknown layout has the name `Unknown`, and what follows its code in `payload`."""

    family: str
    code: int
    name: str
    fields: dict
    payload: bytes | None
    trailing: bytes  # What is left behind the last field, and behind the zlib stream.
    inflated: bytes | None  # The body, where it was compressed.


class Codec:
    """Reads and writes all messages of `protocol`, which is what `protocol.json` holds.

    No body inflates to more than `limit` bytes, or to what `limits` has for the name of the message.
    """

    def __init__(self, protocol, limit=64 << 20, limits=None):
        if protocol["format"].split(".")[0] != "1":
            raise ValueError(f"protocol.json has the format {protocol['format']}, which is not 1.x")
        if protocol["framing"]["byte_order"] != LITTLE:
            raise ValueError("this codec knows little-endian numbers only")
        self._named = {
            "enum": {enum["name"]: enum for enum in protocol["enums"]},
            "record": {record["name"]: record for record in protocol["records"]},
        }
        self._primitives = {facts["name"]: PRIMITIVES[facts["name"]](facts) for facts in protocol["primitives"]}
        self._families = {family["name"]: self._family(family) for family in protocol["families"]}
        self.parts = {part["name"]: self._record(part["fields"]) for part in protocol["file"]}
        self.obfuscation = protocol["framing"]["obfuscation"]
        self.limit = limit
        self.limits = limits or {}

    def _family(self, family):
        messages = [(message, self._record(message["fields"])) for message in family["messages"]]
        by_code = {message["code"]: (message, record) for message, record in messages}
        by_name = {message["name"]: (message, record) for message, record in messages}
        return self._primitives[family["code"]].size, by_code, by_name

    def _record(self, fields):
        return Record(
            [Field(field["name"], self._type(field["type"]), field.get("if"), field.get("optional")) for field in fields]
        )

    def _type(self, kind):
        if isinstance(kind, str):
            return self._primitives[kind]
        [(key, value)] = kind.items()
        if key == "list":
            return List(self._type(value))
        if key == "either":
            return Either(*map(self._type, value))
        if key == "enum":  # The names are for people: any value is sound.
            return self._type(self._named["enum"][value]["type"])
        if key == "record":
            return self._record(self._named["record"][value]["fields"])
        raise ValueError(f"protocol.json has the type {key!r}, which is new to this codec")

    def _family_named(self, family):
        if family not in self._families:
            raise Fault("unknown_family", f"no family {family!r}: it is one of {', '.join(self._families)}")
        return self._families[family]

    def find(self, family, name_or_code):
        """The message of a name or code as it stands in `protocol.json`, or None."""
        _, by_code, by_name = self._family_named(family)
        found = (by_name if isinstance(name_or_code, str) else by_code).get(name_or_code)
        return found and found[0]

    def decode(self, family, frame):
        """Reads the message in a frame, which is whole, has its length field and is not obfuscated."""
        width, by_code, _ = self._family_named(family)
        code, body = self._split(frame, width)
        if code not in by_code:
            return Message(family, code, "Unknown", {}, body, b"", None)
        message, record = by_code[code]
        behind, inflated = b"", None
        try:
            if message.get("compressed"):
                inflated, behind = self._inflate(body, self.limits.get(message["name"], self.limit))
                body = inflated
            source = Source(body)
            fields = record.read(source)
        except Fault as fault:
            fault.message = message["name"]
            raise
        return Message(family, code, message["name"], fields, None, source.take(source.left) + behind, inflated)

    @staticmethod
    def _split(frame, width):
        """The code and the body of a frame."""
        least = LENGTH + width
        if len(frame) >= LENGTH:
            length = int.from_bytes(frame[:LENGTH], LITTLE)
            if length < width:
                raise Fault("frame_too_short", f"a frame of {length} bytes has no room for its code")
            least = LENGTH + length
        if len(frame) < least:
            raise Fault("frame_incomplete", f"the frame is cut short: {len(frame)} bytes of {least}")
        if len(frame) > least:
            raise Fault("frame_excess", f"{len(frame) - least} bytes after the end of the frame")
        return int.from_bytes(frame[LENGTH : LENGTH + width], LITTLE), frame[LENGTH + width :]

    @staticmethod
    def _inflate(body, limit):
        """The contents of the zlib stream at the start of a body, and what follows it."""
        stream = zlib.decompressobj()
        try:
            # It stops as soon as one byte too much is there.
            inflated = stream.decompress(body, limit + 1)
        except zlib.error:
            raise Fault("bad_zlib", "the compressed body is damaged", 0) from None
        if len(inflated) > limit:
            text = f"the compressed body inflates to more than the limit of {limit} bytes"
            raise Fault("inflated_too_large", text, 0)
        if not stream.eof:
            raise Fault("truncated_zlib", "the compressed body is cut short", 0)
        return inflated, stream.unused_data

    def encode(self, family, name_or_code, fields=None):
        """Writes a message as a frame. Fields that may be absent can be left out."""
        width, by_code, by_name = self._family_named(family)
        found = (by_name if isinstance(name_or_code, str) else by_code).get(name_or_code)
        if not found:
            raise Fault("unknown_message", f"no {family} message is {name_or_code!r}")
        message, record = found
        body = bytearray()
        try:
            fields = {} if fields is None else fields
            record.check(fields)
            record.write(fields, body)
            return self._frame(message["code"], width, zlib.compress(body) if message.get("compressed") else body)
        except Fault as fault:
            fault.message = message["name"]
            raise

    def encode_unknown(self, family, code, payload):
        """Writes any bytes behind a code that no message has."""
        width, by_code, _ = self._family_named(family)
        if code >> 8 * width:
            raise Fault("code_too_wide", f"the code {code} does not fit in {width} bytes")
        if code in by_code:
            raise Fault("known_code", f"the code {code} is not unknown")
        return self._frame(code, width, payload)

    @staticmethod
    def _frame(code, width, body):
        return length_bytes(width + len(body)) + code.to_bytes(width, LITTLE) + body

    def cut(self, stream, longest, obfuscated=False):
        """Takes the first frame, revealed, off a `bytearray`; None while it is not whole."""
        start = self.obfuscation["key_length"] if obfuscated else 0
        reveal = self.reveal if obfuscated else bytes
        if len(stream) < start + LENGTH:
            return None
        length = int.from_bytes(reveal(stream[: start + LENGTH]), LITTLE)
        if length > longest:
            raise Fault("frame_too_long", f"a frame of {length} bytes is over the limit of {longest}")
        end = start + LENGTH + length
        if len(stream) < end:
            return None
        frame = reveal(stream[:end])
        del stream[:end]
        return frame

    def obfuscate(self, frame, key):
        """Hides a frame. The key should be random."""
        return bytes(key) + self._masked(frame, key)

    def reveal(self, hidden):
        """What is hidden behind the key at its start."""
        length = self.obfuscation["key_length"]
        return self._masked(hidden[length:], hidden[:length])

    def _masked(self, data, key):
        bits = 8 * self.obfuscation["key_length"]
        turn, word = self.obfuscation["rotate_left"], self.obfuscation["word_length"]
        state = int.from_bytes(key, LITTLE)
        masked = bytearray(data)
        for start in range(0, len(data), word):
            state = (state << turn | state >> bits - turn) & (1 << bits) - 1
            for index, mask in enumerate(state.to_bytes(bits // 8, LITTLE)[:word], start):
                if index < len(masked):
                    masked[index] ^= mask
        return bytes(masked)

    def decode_part(self, name, data):
        """Reads a part of a file connection; the second value is what it leaves. `parts[name].min_size` bytes are enough."""
        source = Source(data)
        fields = self.parts[name].read(source)
        return fields, source.take(source.left)

    def encode_part(self, name, fields):
        """Writes a part of a file connection."""
        out = bytearray()
        self.parts[name].check(fields)
        self.parts[name].write(fields, out)
        return bytes(out)


# The filters: a line of JSON in, a line of JSON out.

# What inflates to more is refused; share lists are the largest messages by far.
LIMIT = 64 << 20
LIMITS = {"SharesResponse": 256 << 20}
# The longest line that is read, in bytes.
LONGEST_LINE = 64 << 20


def decode_line(codec, request):
    frame = bytes_of(text_of(request, "hex"))
    if frame is None:
        raise Fault("bad_hex", "`hex` is no hex")
    message = codec.decode(text_of(request, "family"), frame)
    answer = {"family": message.family, "code": message.code, "name": message.name, "fields": message.fields}
    if message.payload is None:
        reencoded = codec.encode(message.family, message.code, message.fields)
    else:
        answer["payload"] = message.payload.hex()
        reencoded = codec.encode_unknown(message.family, message.code, message.payload)
    answer |= {"trailing": message.trailing.hex(), "reencoded": reencoded.hex()}
    if message.inflated is not None:
        answer["inflated"] = message.inflated.hex()
    return answer


def encode_line(codec, request):
    family, name, code = text_of(request, "family"), text_of(request, "name", True), request.get("code")
    payload = text_of(request, "payload", True)
    if code is not None and not (type(code) is int and 0 <= code < 1 << 32):
        raise Fault("bad_json", "`code` is a number of 32 bits")
    message = codec.find(family, code if name is None else name)
    if code is not None and (name == "Unknown" or name is None and not message and payload is not None):
        if payload is None:
            raise Fault("bad_fields", "an `Unknown` message needs its `payload`")
        payload = bytes_of(payload)
        if payload is None:
            raise Fault("bad_hex", "`payload` is no hex")
        frame = codec.encode_unknown(family, code, payload)
    elif message is None or code not in (None, message["code"]):
        raise Fault("unknown_message", f"no {family} message has the name {name!r} and the code {code}")
    else:
        frame = codec.encode(family, message["code"], request.get("fields"))
    return {"hex": frame.hex()}


def text_of(request, key, may_be_absent=False):
    text = request.get(key)
    if text is None and may_be_absent:
        return None
    try:
        text.encode()
    except (AttributeError, UnicodeEncodeError):
        raise Fault("bad_json", f"`{key}` has to be there and be a string") from None
    return text


def parse_line(line):
    def once(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a key stands there twice")
        return dict(pairs)

    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    try:
        request = json.loads(line.decode(), object_pairs_hook=once, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Fault("bad_json", str(error)) from None
    if not isinstance(request, dict):
        raise Fault("bad_json", "the line is no object")
    return request


def lines(stream):
    """The lines of a stream; None for one that is too long."""
    while line := stream.readline(LONGEST_LINE + 1):
        if line.endswith(b"\n") or len(line) <= LONGEST_LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None


def answer_lines(answer, codec, stdin, stdout):
    # Control characters, and those that turn the direction of writing, may do harm in a terminal.
    harmful = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
    for number, line in enumerate(lines(stdin), 1):
        try:
            if line is None:
                raise Fault("line_too_long", f"the line is longer than {LONGEST_LINE} bytes")
            reply = answer(codec, parse_line(line))
        except Fault as fault:
            text = f"line {number}: {fault}"
            reply = {"error": {"kind": fault.kind, "message": text, "path": fault.path, "offset": fault.offset}}
        text = json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
        text = harmful.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        stdout.write(text.encode(errors="backslashreplace") + b"\n")
        stdout.flush()


def main(arguments):
    answers = {"decode": decode_line, "encode": encode_line}
    if len(arguments) != 2 or arguments[0] not in answers:
        sys.exit("usage: python3 slsk.py decode|encode PROTOCOL.JSON")
    with open(arguments[1], encoding="utf-8") as file:
        codec = Codec(json.load(file), LIMIT, LIMITS)
    try:
        answer_lines(answers[arguments[0]], codec, sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        sys.stderr.close()  # The reader has seen enough.


if __name__ == "__main__":
    main(sys.argv[1:])
