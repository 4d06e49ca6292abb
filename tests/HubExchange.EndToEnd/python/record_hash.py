"""Canonical record hash v1, made from its definition in protos/README.md, and the replay of its test vectors.

usage: record_hash.py DESCRIPTOR_SET VECTORS
"""

import hashlib
import hmac
import json
import struct
import sys
import unicodedata

from google.protobuf.descriptor import FieldDescriptor

import contracts

# Formats of hubexchange.v1.Format whose texts are codes of a standard.
CODE_FORMATS = {
    "USCC", "DIVISION", "INDUSTRY", "INDUSTRY_SECTION", "ZONE_ID", "NODE_ID", "CERT_NO", "SME_NO", "CONTRACT_NO",
    "ACHIEVEMENT_NO", "PROJECT_ID", "PERSON_PID",
}


class Hasher:
    def __init__(self, pool):
        self.option = contracts.extension(pool, "hubexchange.v1.field")
        formats = pool.FindEnumTypeByName("hubexchange.v1.Format")
        self.codes = {value.number for value in formats.values if value.name[len("FORMAT_"):] in CODE_FORMATS}

    def canonical(self, type_id, record):
        return b"hubexchange.record.v1\n" + type_id.encode() + b"\n" + self.fields(record)

    def fields(self, message):
        form = b""
        for field in sorted(message.DESCRIPTOR.fields, key=lambda each: each.number):
            value = getattr(message, field.name)
            repeated = field.label == FieldDescriptor.LABEL_REPEATED
            if field.has_presence and not repeated:
                if not message.HasField(field.name):
                    continue
            elif not value:
                continue
            form += struct.pack(">i", field.number)
            if repeated and self.is_map(field):
                form += self.map(field, value)
            elif repeated:
                form += b"l" + struct.pack(">i", len(value)) + b"".join(self.value(field, item) for item in value)
            else:
                form += self.value(field, value)
        return form

    def map(self, field, value):
        of_key, of_value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
        entries = sorted((self.value(of_key, key), self.value(of_value, value[key])) for key in value)
        return b"p" + struct.pack(">i", len(entries)) + b"".join(key + item for key, item in entries)

    def value(self, field, value):
        if field.type == FieldDescriptor.TYPE_STRING:
            return self.sized(b"s", self.text(field, value).encode())
        if field.type == FieldDescriptor.TYPE_BYTES:
            return self.sized(b"b", value)
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            if field.message_type.full_name == "google.protobuf.Timestamp":
                return b"t" + struct.pack(">q", value.seconds * 1_000_000 + value.nanos // 1_000)
            return self.sized(b"m", self.fields(value))
        return b"i" + struct.pack(">q", int(value))

    def text(self, field, value):
        if field.GetOptions().Extensions[self.option].format not in self.codes:
            return unicodedata.normalize("NFC", value)
        half_width = "".join(
            chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else " " if c == "\u3000" else c for c in value)
        upper = "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in half_width)
        return unicodedata.normalize("NFC", upper.strip(" "))

    @staticmethod
    def is_map(field):
        return field.type == FieldDescriptor.TYPE_MESSAGE and field.message_type.GetOptions().map_entry

    @staticmethod
    def sized(kind, content):
        return kind + struct.pack(">i", len(content)) + content


def messages_by_type(pool, files):
    """Message names by type id."""
    option = contracts.extension(pool, "hubexchange.v1.entity")
    names = {}
    for file in files.file:
        if file.package.startswith("google."):
            continue
        for message in file.message_type:
            descriptor = pool.FindMessageTypeByName(f"{file.package}.{message.name}")
            type_id = descriptor.GetOptions().Extensions[option].type
            if type_id:
                names[type_id] = descriptor.full_name
    return names


def main(descriptor_set, vectors):
    pool, files = contracts.load(descriptor_set)
    hasher = Hasher(pool)
    names = messages_by_type(pool, files)
    with open(vectors, encoding="utf-8") as source:
        content = json.load(source)

    secret = bytes.fromhex(content["secret"])
    wrong = 0
    for vector in content["vectors"]:
        record = contracts.message_class(pool, names[vector["type"]]).FromString(bytes.fromhex(vector["wire"]))
        form = hasher.canonical(vector["type"], record)
        found = {
            "canonical": form.hex(),
            "hash": hashlib.sha256(form).digest()[:16].hex(),
            "keyed": hmac.new(secret, form, hashlib.sha256).digest()[:16].hex(),
        }
        for name, value in found.items():
            if value != vector[name]:
                wrong += 1
                print(f"{vector['type']} {vector['name']}: {name} is {value}, expected {vector[name]}")
    if wrong:
        sys.exit(1)
    print(f"{len(content['vectors'])} vectors agree")


main(*sys.argv[1:])
