"""What the parser that Kaitai Struct has made of soulseek.ksy reads, in the form of `slsk decode --frames`.

    kaitai_values.py FOLDER PROTOCOL frames FILE
    kaitai_values.py FOLDER PROTOCOL dumps FILE
    kaitai_values.py FOLDER PROTOCOL beginnings FILE

FOLDER holds the parser, soulseek.py. PROTOCOL is protocol.json; it gives the names and the order of the fields, and
no value. FILE has JSON lines: {"family": .., "hex": ..} for frames, {"as": .., "hex": ..} for dumps of one direction
of a connection, where "as" is the stream that it is where its beginning does not tell, and {"hex": ..} for
the beginnings of dumps. There is a line of output for each.
"""

import json
import re
import sys
import zlib
from io import BytesIO

from kaitaistruct import KaitaiStream, KaitaiStructError

NUMBERS = {"u8", "u16", "u32", "u64", "i32"}
PROBLEMS = (EOFError, KaitaiStructError, zlib.error)


def camel(name):
    return "".join(word.capitalize() for word in name.split("_"))


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def attribute(struct, name):
    """A field, or None where it is absent. What some language reserves has another name."""
    return getattr(struct, name, getattr(struct, name + "_value", None))


def hexed(data):
    return {"$hex": data.hex()}


def text(value):
    try:
        return value.utf8
    except UnicodeDecodeError:
        return hexed(value.bytes)


class Reader:
    def __init__(self, soulseek, protocol):
        self.soulseek = soulseek
        self.records = {record["name"]: record["fields"] for record in protocol["records"]}
        self.enums = {enum["name"]: enum["type"] for enum in protocol["enums"]}
        self.families = {family["name"]: family for family in protocol["families"]}
        self.files = {part["name"]: part["fields"] for part in protocol["file"]}

    def parse(self, name, data):
        return getattr(self.soulseek, camel(name))(KaitaiStream(BytesIO(data)))

    def frame(self, line):
        family = line["family"]
        try:
            return self.message(family, self.parse(family + "_frame", bytes.fromhex(line["hex"])))
        except PROBLEMS as problem:
            return {"error": f"{type(problem).__name__}: {problem}"}

    def message(self, family, frame):
        # A code without a name is a number.
        code = int(getattr(frame.code, "value", frame.code))
        messages = self.families[family]["messages"]
        message = next((message for message in messages if message["code"] == code), None)
        answer = {"family": family, "code": code, "name": "Unknown", "fields": {}}
        if message is None:
            return answer | {"payload": frame.body.payload.hex(), "trailing": ""}
        assert type(frame.body).__name__ == frame.code.name.title().replace("_", ""), frame.body
        body = frame.body
        if message.get("compressed"):
            answer["inflated"] = body._raw_inflated.hex()
            body = body.inflated
        answer |= {"name": message["name"], "fields": self.fields(message["fields"], body)}
        return answer | {"trailing": getattr(body, "trailing", b"").hex()}

    def fields(self, fields, struct):
        return {field["name"]: self.value(field["type"], attribute(struct, field["name"])) for field in fields}

    def value(self, kind, value):
        if value is None:
            return None
        match kind:
            case {"list": element}:
                return [self.value(element, item) for item in value]
            case {"record": name}:
                return self.fields(self.records[name], value)
            case {"enum": name}:
                return self.value(self.enums[name], getattr(value, "value", value))
            case {"either": forms}:
                form = forms[value.is_second]
                element = form["list"]
                name = element if isinstance(element, str) else snake(element["record"])
                return self.value(form, getattr(value, name + "_items"))
            case "bool":
                assert isinstance(value, bool), value
                return value
            case "text" | "secret":
                return text(value)
            case "bytes":
                return hexed(value.bytes)
            case "rest":
                return hexed(value)
            case "ip":
                return value.address
            case "u32_or_u8":
                return {"$u8": value.value} if value.is_short else value.value
            case "code_padding":
                return value.is_there
            case number if number in NUMBERS:
                return int(value)
        raise SystemExit(f"no value for {kind}")

    def dump(self, line):
        """The messages of a dump, and what its first frame says."""
        try:
            root = self.soulseek(KaitaiStream(BytesIO(bytes.fromhex(line["hex"]))))
            beginning = root.first_frame.beginning.name
            return {"beginning": beginning, "messages": list(self.stream(root.dump, line["as"]))}
        except PROBLEMS as problem:
            return {"error": f"{type(problem).__name__}: {problem}"}

    def beginning(self, line):
        """What the first frame of a dump says, whatever follows."""
        first = self.parse("first_frame", bytes.fromhex(line["hex"]))
        return {"beginning": first.beginning.name}

    def stream(self, stream, otherwise):
        name = snake(type(stream).__name__)
        family = name.removesuffix("_stream")
        if family in self.families:
            yield from (self.message(family, frame) for frame in stream.frames)
        elif name == "initiator_stream":
            yield self.message("peer_init", stream.opening)
            yield from self.stream(stream.rest, otherwise)
        elif name == "unidentified":
            yield from self.stream(getattr(stream, "as_" + otherwise), otherwise)
        else:
            for part, fields in self.files.items():
                sent = getattr(stream, snake(part), None)
                if sent is not None:
                    yield {"family": "file", "name": part, "fields": self.fields(fields, sent)}


def main(folder, protocol, mode, path):
    sys.path.insert(0, folder)
    from soulseek import Soulseek

    with open(protocol, encoding="utf-8") as file:
        reader = Reader(Soulseek, json.load(file))
    answer = {"frames": reader.frame, "dumps": reader.dump, "beginnings": reader.beginning}[mode]
    with open(path, encoding="utf-8") as file:
        for line in file:
            print(json.dumps(answer(json.loads(line))))


if __name__ == "__main__":
    main(*sys.argv[1:])
