import gzip
import io
import struct
import zlib

from judging import Sample, file_says, match, run


def samples(write):
    text = b"hello " * 50
    folder_path = write("hello.txt", text)
    data = run("gzip", "-9", "-c", folder_path)
    path = write("hello.txt.gz", data)
    says = file_says(path)
    [name, length] = match(r'was "([^"]+)".*max compression, from Unix, original size modulo 2\^32 (\d+)', says)
    assert gzip.decompress(data) == text
    yield Sample("hello.txt.gz", "gzip.ksy", data, facts(text) | {
        "/name": name, "/trailer/len_data": length, "/effort/$enum": "best", "/operating_system/$enum": "unix"})

    # All that the header may have besides, which gzip itself reads.
    extra = b"AB" + struct.pack("<H", 3) + b"\1\2\3" + b"XY" + struct.pack("<H", 0)
    header = b"\x1f\x8b\x08" + bytes([0b11110]) + struct.pack("<IBB", 1700000000, 4, 3) + struct.pack("<H", len(extra))
    header += extra + b"na\xefve.txt\0" + b"a comment\0"
    header += struct.pack("<H", zlib.crc32(header) & 0xffff)
    packer = zlib.compressobj(1, wbits=-15)
    data = header + packer.compress(text) + packer.flush() + struct.pack("<II", zlib.crc32(text), len(text))
    assert gzip.GzipFile(fileobj=io.BytesIO(data)).read() == text
    write("full.gz", data)
    yield Sample("full.gz", "gzip.ksy", data, facts(text) | {
        "/name": "naïve.txt", "/comment": "a comment", "/modified": 1700000000,
        "/header_crc": zlib.crc32(header[:-2]) & 0xffff,
        "/effort/$enum": "fastest", "/extra/fields/0/id": "AB", "/extra/fields/0/body/$bytes": "010203",
        "/extra/fields/1/len_body": 0})


def facts(text):
    return {"/trailer/crc": zlib.crc32(text), "/trailer/len_data": len(text)}
