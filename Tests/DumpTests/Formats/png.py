import struct
import zlib

from judging import Sample, file_says, match, number, tshark


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def image(color_type, bit_depth, *chunks, pixels=b""):
    header = struct.pack(">IIBBBBB", 3, 2, bit_depth, color_type, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def samples(write):
    yield truecolor(write)
    yield palette(write)


def truecolor(write):
    lines = b"".join(b"\0" + bytes(range(9)) for _ in range(2))
    data = image(
        2, 8,
        chunk(b"gAMA", struct.pack(">I", 45455)),
        chunk(b"pHYs", struct.pack(">IIB", 2835, 2836, 1)),
        chunk(b"tIME", struct.pack(">HBBBBB", 2024, 2, 29, 23, 59, 58)),
        chunk(b"tEXt", b"Author\0M\xfcller"),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"caf\xe9" * 30)),
        chunk(b"iTXt", b"Title\0\1\0de\0Titel\0" + zlib.compress("Größe €".encode())),
        chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3)),
        pixels=lines)
    path = write("truecolor.png", data)
    fields = ["png.ihdr.width", "png.ihdr.height", "png.ihdr.bitdepth", "png.ihdr.colour_type", "png.chunk.type",
              "png.chunk.crc", "png.chunk.len", "png.phys.horiz", "png.phys.vert", "png.time.year", "png.time.second",
              "png.text.keyword", "png.text.string"]
    [[width, height, depth, color, kinds, crcs, lengths, x, y, year, second, keyword, text]] = tshark(path, *fields)
    facts = {"/chunks/#": len(kinds), "/header/width": int(width[0]), "/header/height": int(height[0]),
             "/header/bit_depth": int(depth[0]), "/header/color_type/value": int(color[0]), "/header/len_line": 9,
             "/chunks/2/body/pixels_per_unit_x": int(x[0]), "/chunks/2/body/pixels_per_unit_y": int(y[0]),
             "/chunks/2/body/dots_per_inch": 2835 * 0.0254, "/chunks/1/body/gamma": 0.45455,
             "/chunks/3/body/year": int(year[0]), "/chunks/3/body/second": int(second[0]),
             "/chunks/4/body/keyword": keyword[0], "/chunks/4/body/text": text[0],
             "/chunks/5/body/text/value": "café" * 30, "/chunks/6/body/compressed_text/value": "Größe €",
             "/chunks/6/body/translated_keyword": "Titel", "/chunks/7/body/color": [1, 2, 3]}
    for index, (kind, crc) in enumerate(zip(kinds, crcs)):
        facts[f"/chunks/{index}/type"] = kind
        facts[f"/chunks/{index}/crc"] = number(crc)
    assert number(lengths[0]) == 13 and match(r"(\d+) x (\d+), 8-bit/color RGB", file_says(path)) == [3, 2]
    return Sample("truecolor.png", "png.ksy", data, facts)


def palette(write):
    data = image(3, 4, chunk(b"PLTE", bytes(range(30))), chunk(b"tRNS", b"\x00\x80"), pixels=b"\0\x01\x20\0\x34\x50")
    path = write("palette.png", data)
    assert "3 x 2, 4-bit colormap" in file_says(path)
    facts = {"/header/color_type/$enum": "indexed", "/header/len_line": 2, "/chunks/1/body/colors/#": 10,
             "/chunks/1/body/colors/9/blue": 29, "/chunks/2/body/alphas": [0, 128]}
    return Sample("palette.png", "png.ksy", data, facts)
