"""What the dissector shows, as JSON lines in the form of `slsk decode --json`.

Takes the output of `tshark -G fields` and of `tshark -T pdml`, as files. A line is an object with `packet`, `from`, `to`, `kind`, and then a
message (`obfuscated`, `family`, `code`, `name`, `fields`, `trailing`, `payload` for an unknown code), or a part of a file
connection (`family` "file", `name`, `fields`), or bytes that are no message (`lost`, how many); `notes` lists what the
dissector complains about. A segment that Wireshark does not hand over because it came late has `skipped`, its length, and
`sequence`. A list of which the dissector shows only the first elements is `{"$cut": how many there are, "shown": [...]}`.
Texts are taken from the bytes of their field, so that they can be compared whatever they are.
"""

import json
import sys
from xml.etree import ElementTree

PREFIX = "slsk.expert."


def raw(field):
    return bytes.fromhex(field.get("value", ""))


def text(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"$hex": data.hex()}


def number(field):
    return int(field.get("show"))


def value_of(field, types):
    kind = types[field.get("name")]
    if kind == "FT_NONE":
        return fields_of(field, types)
    if kind == "FT_STRING":
        return text(raw(field)[4:])
    if kind == "FT_BYTES":
        return {"$hex": raw(field).hex()}
    if kind == "FT_BOOLEAN":
        return field.get("show") in ("1", "True")
    if kind == "FT_IPv4":
        return field.get("show")
    return number(field)


def is_count(field):
    parts = field.get("name").split(".")
    return len(parts) == 4 and parts[3] == "count"


def fields_of(parent, types):
    fields = {}
    for field in parent.findall("field"):
        path = field.get("name")
        if path not in types or path.count(".") < 2 or path.endswith(".code") or path == "slsk.file.data.length":
            continue
        if is_count(field):
            children = [child for child in field.findall("field") if child.get("name") in types]
            value = [value_of(child, types) for child in children]
            assert len(value) <= number(field), field.get("name")
            if len(value) < number(field):
                value = {"$cut": number(field), "shown": value}
        else:
            value = value_of(field, types)
        name = LABELS[path]
        assert name not in fields, name
        fields[name] = value
    return fields


def one(fields, name):
    field = fields.get("slsk." + name)
    return None if field is None else field[0]


def said(proto, types):
    """What a tree of the dissector says."""
    heads, notes = {}, []
    for field in proto.iter("field"):
        path = field.get("name")
        heads.setdefault(path, []).append(field)
        if path.startswith(PREFIX):
            notes.append(path[len(PREFIX) :])
    line = {"kind": one(heads, "kind").get("show") if one(heads, "kind") is not None else None, "notes": notes}
    if one(heads, "message") is None:
        lost = one(heads, "lost")
        line["lost"] = len(raw(lost)) if lost is not None else 0
        return line
    line["family"], line["name"] = one(heads, "family").get("show"), one(heads, "message").get("show")
    line["fields"] = fields_of(proto, types)
    if line["family"] == "file":
        if line["name"] == "FileData":
            length = number(one(heads, "file.data.length"))
            line["fields"] = {"length": length, "missing": length - len(raw(heads["slsk.file.data"][0]))}
        return line
    code = [field for field in proto.findall("field") if field.get("name").endswith(".code")]
    line["code"] = number(code[0])
    line["obfuscated"] = one(heads, "obfuscated") is not None
    line["trailing"] = "".join(raw(field).hex() for field in heads.get("slsk.trailing", []))
    if line["name"] == "Unknown":
        payload = one(heads, "payload")
        line["payload"] = "" if payload is None else raw(payload).hex()
    return line


def head_of(packet):
    """The fields of a packet outside of the dissector's trees, by name."""
    found = {}
    for proto in packet.findall("proto"):
        if proto.get("name") in ("geninfo", "ip", "tcp"):
            for field in proto.iter("field"):
                found.setdefault(field.get("name"), field.get("show"))
    return found


# The names of the fields on the wire, by their names in filters.
LABELS = {}


def main():
    types = {}
    with open(sys.argv[1], encoding="utf-8") as listed:
        for row in listed:
            row = row.rstrip("\n").split("\t")
            if row[0] == "F" and row[4] == "soulseek":
                types[row[2]], LABELS[row[2]] = row[3], row[1]
    for _, packet in ElementTree.iterparse(sys.argv[2]):
        if packet.tag != "packet":
            continue
        found = head_of(packet)
        line = {
            "packet": int(found["num"]),
            "from": f"{found.get('ip.src')}:{found.get('tcp.srcport')}",
            "to": f"{found.get('ip.dst')}:{found.get('tcp.dstport')}",
        }
        protos = [proto for proto in packet.findall("proto") if proto.get("name") == "soulseek"]
        for proto in protos:
            print(json.dumps({**line, **said(proto, types)}))
        length = int(found.get("tcp.len", 0))
        if not protos and length and "tcp.analysis.out_of_order" in found:
            print(json.dumps({**line, "skipped": length, "sequence": int(found["tcp.seq"])}))
        packet.clear()


main()
