"""Seals the vectors again with another library than the product's, from docs/formats.md alone, and compares.

    python3 verify_vectors.py sealed-streams.json sealed-records.json

Needs the package "cryptography". Ends with 0 when every vector is right, else with 1 and the names of the wrong ones, with
3 when the package is missing.
"""

import hashlib
import json
import struct
import sys

try:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError:
    print("The package cryptography is missing")
    sys.exit(3)

SEGMENT = 65536
LAST = 0x80000000


def data_key(vector, suffix):
    return HKDF(
        algorithm=hashes.SHA256(),
        length=32,
        salt=bytes.fromhex(vector["salt"]),
        info=(vector["purpose"] + suffix).encode(),
    ).derive(bytes.fromhex(vector["key"]))


def pattern(length):
    """Byte i is the lowest one of i * 31 + i / 256."""
    return bytes((i * 31 + i // 256) & 0xFF for i in range(length))


def content(vector):
    return pattern(vector["patternLength"]) if "patternLength" in vector else bytes.fromhex(vector["content"])


def segments(vector):
    """The contents of the segments: each stretch that was ended early, cut at 64 KiB; the last one may be empty."""
    plain = content(vector)
    cuts = [end for end in vector.get("segmentsEndedAt", [])]
    parts = []
    start = 0
    for cut in cuts:
        while cut - start > 0:
            end = min(start + SEGMENT, cut)
            parts.append(plain[start:end])
            start = end
    while len(plain) - start >= SEGMENT:
        parts.append(plain[start : start + SEGMENT])
        start += SEGMENT
    parts.append(plain[start:])
    return parts


def seal_stream(vector):
    if not content(vector):
        return b""
    key_id = vector["keyId"].encode()
    ordinal = struct.pack(">I", vector["ordinal"])
    header = b"NRS\x01" + bytes([len(key_id)]) + key_id + bytes.fromhex(vector["salt"]) + ordinal
    cipher = AESGCM(data_key(vector, " stream 1"))
    context = bytes.fromhex(vector["context"])
    sealed = header
    offset = 0
    parts = segments(vector)
    for number, plain in enumerate(parts):
        last = number == len(parts) - 1
        nonce = ordinal + number.to_bytes(7, "big") + (b"\x01" if last else b"\x00")
        associated = header + context + struct.pack(">Q", offset)
        sealed += struct.pack(">I", len(plain) | (LAST if last else 0)) + cipher.encrypt(nonce, plain, associated)
        offset += len(plain)
    return sealed


def seal_record(vector):
    cipher = AESGCM(data_key(vector, " record 1"))
    epoch = struct.pack(">I", vector["epoch"])
    counter = struct.pack(">Q", vector["counter"])
    header = b"\x01" + epoch + counter
    plain = bytes.fromhex(vector["content"])
    return header + cipher.encrypt(epoch + counter, plain, header + bytes.fromhex(vector["context"]))


def epoch_header(vector):
    key_id = vector["keyId"].encode()
    epoch = struct.pack(">I", vector["epoch"])
    vouched = b"NRE\x01" + epoch + bytes([len(key_id)]) + key_id + bytes.fromhex(vector["salt"])
    return vouched + AESGCM(data_key(vector, " record 1")).encrypt(epoch + b"\xff" * 8, b"", vouched)


def fits(sealed, vector):
    if "sealedSha256" in vector:
        return hashlib.sha256(sealed).hexdigest() == vector["sealedSha256"] and len(sealed) == vector["sealedLength"]
    return sealed.hex() == vector["sealed"]


def wrong_ones(file):
    with open(file, encoding="utf-8") as source:
        vectors = json.load(source)
    for vector in vectors.get("streams", []):
        if not fits(seal_stream(vector), vector):
            yield vector["name"]
    for vector in vectors.get("records", []):
        if not fits(seal_record(vector), vector) or epoch_header(vector).hex() != vector["epochHeader"]:
            yield vector["name"]


if __name__ == "__main__":
    wrong = [name for file in sys.argv[1:] for name in wrong_ones(file)]
    for name in wrong:
        print("wrong: " + name)
    sys.exit(1 if wrong or len(sys.argv) < 2 else 0)
