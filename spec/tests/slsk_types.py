"""The types that fields of Soulseek messages have; `slsk.py` makes a codec of them.

Each one reads a value from a `Source`, checks whether a value from JSON is one of its own, appends a checked one to a
`bytearray`, and has a `min_size`: the least number of bytes that it takes.
"""

import ipaddress
import re
from dataclasses import dataclass

LITTLE = "little"


class Fault(Exception):
    """What is wrong with a frame, a message or a line."""

    def __init__(self, kind, text, offset=None):
        super().__init__(text)
        self.kind = kind  # A word that programs can compare.
        self.text = text
        self.offset = offset  # Bytes from the start of the body, after inflating; None where there is no body.
        self.message = None
        self._steps = []

    def inside(self, step):
        """The same, one step further from the fault: the name of a field or the index of an element."""
        self._steps.append(step)
        return self

    @property
    def path(self):
        """The field, such as `results[3].name`; empty where the whole is wrong."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in reversed(self._steps))
        return "".join(steps).removeprefix(".")

    def __str__(self):
        message = f"{self.message}: " if self.message else ""
        offset = "" if self.offset is None else f" at byte {self.offset}"
        path = f" in `{self.path}`" if self.path else ""
        return message + self.text + offset + path


def bad_value(expected):
    """A value in JSON that no type of this kind has."""
    return Fault("bad_fields", f"expected {expected}")


class Source:
    """The body of a frame, and how much of it is read."""

    def __init__(self, body):
        self.body = body
        self.at = 0

    @property
    def left(self):
        return len(self.body) - self.at

    def fault(self, kind, text):
        return Fault(kind, text, self.at)

    def peek(self, count):
        return self.body[self.at : self.at + count]

    def take(self, count):
        """The next bytes. The caller has looked whether they are there."""
        self.at += count
        return self.body[self.at - count : self.at]

    def number(self, size, signed=False):
        if self.left < size:
            raise self.fault("unexpected_end", "the body ends too early")
        return int.from_bytes(self.take(size), LITTLE, signed=signed)

    def length(self):
        return self.number(LENGTH)


# A length or a count is a u32.
LENGTH = 4


def length_bytes(length):
    if length >> 8 * LENGTH:
        raise Fault("too_long", "too long for a length of 32 bits")
    return length.to_bytes(LENGTH, LITTLE)


class Primitive:
    def __init__(self, facts):
        self.size = facts.get("size")
        self.min_size = facts["min_size"]


class Number(Primitive):
    def __init__(self, facts, signed=False):
        super().__init__(facts)
        self.signed = signed
        bits = 8 * self.size
        self.range = range(-(1 << bits - 1), 1 << bits - 1) if signed else range(1 << bits)

    def read(self, source):
        return source.number(self.size, self.signed)

    def check(self, value):
        if type(value) is not int or value not in self.range:
            raise bad_value(f"a number from {self.range[0]} to {self.range[-1]}")

    def write(self, value, out):
        out += value.to_bytes(self.size, LITTLE, signed=self.signed)


class Signed(Number):
    def __init__(self, facts):
        super().__init__(facts, signed=True)


class Bool(Primitive):
    def read(self, source):
        return source.number(self.size) != 0

    def check(self, value):
        if not isinstance(value, bool):
            raise bad_value("true or false")

    def write(self, value, out):
        out += value.to_bytes(self.size, LITTLE)


class Ip(Primitive):
    def read(self, source):
        return str(ipaddress.IPv4Address(source.number(self.size)))

    def check(self, value):
        try:
            ipaddress.IPv4Address(value if isinstance(value, str) else "")
        except ValueError:
            raise bad_value("an IPv4 address") from None

    def write(self, value, out):
        out += int(ipaddress.IPv4Address(value)).to_bytes(self.size, LITTLE)


def hex_of(value):
    return {"$hex": value.hex()}


def bytes_of(digits):
    """The bytes that hex digits stand for, or None."""
    whole = len(digits) % 2 == 0 and re.fullmatch("[0-9A-Fa-f]*", digits)
    return bytes.fromhex(digits) if whole else None


class Bytes(Primitive):
    expected = '{"$hex": ".."}'

    def read(self, source):
        return hex_of(self.read_bytes(source))

    def read_bytes(self, source):
        length = source.length()
        if length > source.left:
            raise source.fault("length_beyond_end", f"a length of {length} with {source.left} bytes left")
        return source.take(length)

    def check(self, value):
        self.bytes_in(value)

    def write(self, value, out):
        value = self.bytes_in(value)
        out += length_bytes(len(value)) + value

    def bytes_in(self, value):
        if isinstance(value, dict) and list(value) == ["$hex"] and isinstance(value["$hex"], str):
            found = bytes_of(value["$hex"])
            if found is not None:
                return found
        raise bad_value(self.expected)


class Text(Bytes):
    expected = 'a string or {"$hex": ".."}'

    def read(self, source):
        text = self.read_bytes(source)
        try:
            return text.decode()
        except UnicodeDecodeError:
            return hex_of(text)

    def bytes_in(self, value):
        if not isinstance(value, str):
            return super().bytes_in(value)
        try:
            return value.encode()
        except UnicodeEncodeError:
            raise bad_value(self.expected) from None


class Rest(Bytes):
    def read_bytes(self, source):
        return source.take(source.left)

    def write(self, value, out):
        out += self.bytes_in(value)


class U32OrU8(Primitive):
    """Four bytes, or one where it is the last. The latter is {"$u8": 5} in JSON."""

    def __init__(self, facts):
        super().__init__(facts)
        self.wide = Number({"size": 4, "min_size": 4})
        self.narrow = Number({"size": 1, "min_size": 1})

    def read(self, source):
        if source.left == 1:
            return {"$u8": self.narrow.read(source)}
        return self.wide.read(source)

    @staticmethod
    def is_narrow(value):
        return isinstance(value, dict) and list(value) == ["$u8"]

    def check(self, value):
        try:
            if self.is_narrow(value):
                self.narrow.check(value["$u8"])
            else:
                self.wide.check(value)
        except Fault:
            raise bad_value('a number or {"$u8": 5}') from None

    def write(self, value, out):
        if self.is_narrow(value):
            self.narrow.write(value["$u8"], out)
        else:
            self.wide.write(value, out)


class CodePadding(Primitive):
    """Three zero bytes, if anything follows them."""

    ZEROS = bytes(3)

    def stands_in(self, following):
        return len(following) > len(self.ZEROS) and following.startswith(self.ZEROS)

    def read(self, source):
        found = self.stands_in(source.peek(len(self.ZEROS) + 1))
        if found:
            source.take(len(self.ZEROS))
        return found

    def check(self, value):
        if not isinstance(value, bool):
            raise bad_value("true or false")

    def write(self, value, out):
        out += self.ZEROS if value else b""

    def settle(self, value, following):
        """Without padding, what follows must not look like it."""
        if not value and self.stands_in(following):
            raise Fault("contradiction", "false, though it would be read as true")


PRIMITIVES = {
    "u8": Number,
    "u16": Number,
    "u32": Number,
    "u64": Number,
    "i32": Signed,
    "bool": Bool,
    "ip": Ip,
    "text": Text,
    "secret": Text,
    "bytes": Bytes,
    "rest": Rest,
    "u32_or_u8": U32OrU8,
    "code_padding": CodePadding,
}


class List:
    min_size = LENGTH

    def __init__(self, element):
        self.element = element

    def read(self, source):
        count = source.length()
        # Checked before anything is made, or four bytes could claim four thousand million elements.
        if count > source.left // self.element.min_size:
            raise source.fault("count_beyond_end", f"a count of {count} with {source.left} bytes left")
        values = []
        for index in range(count):
            try:
                values.append(self.element.read(source))
            except Fault as fault:
                raise fault.inside(index)
        return values

    def check(self, values):
        if not isinstance(values, list):
            raise bad_value("a list")
        for index, value in enumerate(values):
            try:
                self.element.check(value)
            except Fault as fault:
                raise fault.inside(index)

    def write(self, values, out):
        out += length_bytes(len(values))
        for index, value in enumerate(values):
            try:
                self.element.write(value, out)
            except Fault as fault:
                raise fault.inside(index)


class Either:
    """The first, unless the second takes exactly the rest of the frame and the first does not."""

    def __init__(self, first, second):
        self.first = first
        self.second = second
        self.min_size = min(first.min_size, second.min_size)

    @staticmethod
    def fits(kind, body):
        source = Source(body)
        try:
            kind.read(source)
        except Fault:
            return False
        return source.left == 0

    def read(self, source):
        rest = source.peek(source.left)
        if self.fits(self.second, rest) and not self.fits(self.first, rest):
            return self.second.read(source)
        return self.first.read(source)

    def form_of(self, value):
        """The first type that a value in JSON is one of."""
        for kind in self.first, self.second:
            try:
                kind.check(value)
            except Fault:
                continue
            return kind
        raise bad_value("one of two forms")

    def check(self, value):
        self.form_of(value)

    def write(self, value, out):
        kind, written = self.form_of(value), bytearray()
        kind.write(value, written)
        if kind is self.second and self.fits(self.first, bytes(written)):
            raise Fault("contradiction", "a value that would be read in the other form")
        out += written


@dataclass
class Field:
    name: str
    type: object
    condition: dict | None
    optional: str | None

    @property
    def may_be_absent(self):
        return self.condition is not None or self.optional is not None

    def applies(self, values):
        """Whether its condition holds, if it has one. The field that it asks for comes earlier."""
        return self.condition is None or values[self.condition["field"]] == self.condition["is"]

    def ends(self, source):
        """Whether the frame ends before it, which an optional field may."""
        needed = self.type.min_size if self.optional == "enough_left" else 1
        return self.optional is not None and source.left < needed


class Record:
    """Fields in wire order. The body of a message is a record too."""

    def __init__(self, fields):
        self.fields = fields
        self.names = {field.name for field in fields}

    @property
    def min_size(self):
        """What is always there, and for each condition its shorter side."""

        def size(condition):
            fields = (field for field in self.fields if not field.optional and field.condition == condition)
            return sum(field.type.min_size for field in fields)

        flags = {field.condition["field"] for field in self.fields if field.condition}
        sides = (min(size({"field": flag, "is": side}) for side in (True, False)) for flag in flags)
        return size(None) + sum(sides)

    def read(self, source):
        values = {}
        ended = False
        for field in self.fields:
            values[field.name] = None
            if not field.applies(values):
                continue
            # All optional fields behind one that is missing are missing too.
            ended = ended or field.ends(source)
            if ended:
                continue
            try:
                values[field.name] = field.type.read(source)
            except Fault as fault:
                raise fault.inside(field.name)
        return values

    def check(self, values):
        if not isinstance(values, dict):
            raise bad_value("an object")
        for name in values:
            if name not in self.names:
                raise Fault("bad_fields", "there is no such field").inside(name)
        for field in self.fields:
            if field.may_be_absent and values.get(field.name) is None:
                continue
            if field.name not in values:
                raise Fault("bad_fields", f"the field `{field.name}` is missing")
            try:
                field.type.check(values[field.name])
            except Fault as fault:
                raise fault.inside(field.name)

    def write(self, values, out):
        absent = None
        starts = []
        for field in self.fields:
            starts.append(len(out))
            try:
                if not field.may_be_absent or self.is_there(field, values, absent):
                    field.type.write(values[field.name], out)
                elif field.applies(values):
                    absent = absent or field.name
            except Fault as fault:
                raise fault.inside(field.name)
        for field, start in zip(self.fields, starts):
            if isinstance(field.type, CodePadding):
                try:
                    field.type.settle(values[field.name], out[start:])
                except Fault as fault:
                    raise fault.inside(field.name)

    @staticmethod
    def is_there(field, values, absent):
        """Whether a field that may be absent has a value, and whether it may."""
        has_value = values.get(field.name) is not None
        if not field.applies(values):
            if has_value:
                raise Fault("contradiction", "a value where none can be")
        elif has_value and absent:
            raise Fault("after_absent", f"a value after the absent `{absent}`")
        elif not has_value and not field.optional:
            raise Fault("missing", "the value is missing")
        return has_value
