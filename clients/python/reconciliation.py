"""Set reconciliation from the source's side, made from its definition in protos/README.md with nothing but the standard library.

usage: reconciliation.py VECTORS     replays protos/vectors/reconciliation-v1.json
"""

import hashlib
import hmac
import json
import sys

MASK = (1 << 64) - 1


def rotate(value, bits):
    return ((value << bits) | (value >> (64 - bits))) & MASK


def siphash(key, data):
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:16], "little")
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def rounds(count):
        for _ in range(count):
            v[0] = (v[0] + v[1]) & MASK
            v[1] = rotate(v[1], 13) ^ v[0]
            v[0] = rotate(v[0], 32)
            v[2] = (v[2] + v[3]) & MASK
            v[3] = rotate(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & MASK
            v[3] = rotate(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & MASK
            v[1] = rotate(v[1], 17) ^ v[2]
            v[2] = rotate(v[2], 32)

    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 0xFF])
    for start in range(0, len(padded), 8):
        word = int.from_bytes(padded[start:start + 8], "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def cells_of(check, count):
    """Numbers of the cells below `count` an element belongs to."""
    index, state = 0, check
    while index < count:
        yield index
        state = (state + 0x9E3779B97F4A7C15) & MASK
        r = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        r = ((r ^ (r >> 27)) * 0x94D049BB133111EB) & MASK
        r ^= r >> 31
        larger = max(1, r & 0xFFFFFFFF, r >> 32)
        index += ((2 * index + 3) * ((1 << 32) - larger) + 2 * larger - 1) // (2 * larger)


def varint(value):
    form = b""
    while value >= 0x80:
        form += bytes([value & 0x7F | 0x80])
        value >>= 7
    return form + bytes([value])


class Source:
    """What a source has of one type."""

    def __init__(self, secret, type_id):
        self.secret, self.type_id, self.elements = secret, type_id, set()
        self.check_key = hmac.digest(secret, b"hubexchange.check.v1", "sha256")[:16]
        self.digest_key = hmac.digest(secret, b"hubexchange.digest.v1", "sha256")[:16]

    def element(self, key, record_hash):
        message = b"hubexchange.element.v1\n" + self.type_id.encode() + b"\n" + record_hash + key
        return hmac.digest(self.secret, message, "sha256")[:16]

    def digest(self):
        total = 0
        for element in self.elements:
            for word in range(4):
                total += siphash(self.digest_key, element + bytes([word])) << (64 * word)
        return (total % (1 << 256)).to_bytes(32, "little")

    def cells(self, count):
        cells = [[0, 0, 0] for _ in range(count)]
        for element in self.elements:
            check = siphash(self.check_key, element + b"\0")
            for index in cells_of(check, count):
                cells[index][0] ^= int.from_bytes(element, "little")
                cells[index][1] ^= check & 0xFFFFFFFF
                cells[index][2] += 1
        return b"".join(s.to_bytes(16, "little") + c.to_bytes(4, "little") + varint(n) for s, c, n in cells)

    def manifest(self):
        form, before = b"", 0
        for low in sorted(int.from_bytes(element[:8], "little") for element in self.elements):
            form += varint(low - before)
            before = low
        return form


def main(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    source = Source(bytes.fromhex(vectors["secret"]), vectors["type"])
    elements = []
    for record in vectors["records"]:
        element = source.element(bytes.fromhex(record["key"]), bytes.fromhex(record["hash"]))
        assert element.hex() == record["element"], record
        elements.append(element)
    for vector in vectors["sets"]:
        source.elements = set(elements[:vector["records"]])
        assert source.digest().hex() == vector["digest"], vector["records"]
        assert source.cells(64).hex() == vector["cells"], vector["records"]
        assert source.manifest().hex() == vector["manifest"], vector["records"]
    print(f"{len(elements)} elements and {len(vectors['sets'])} sets agree")


if __name__ == "__main__":
    main(sys.argv[1])
