import re
import struct

from judging import Sample, run


def samples(write):
    """A font of three glyphs: none, a space, and a box for A to C."""
    box = struct.pack(">hhhhhH", 1, 0, 0, 500, 700, 3) + struct.pack(">H", 0) + bytes([1] * 4) + struct.pack(
        ">hhhhhhhh", 0, 500, 0, -500, 0, 0, 700, 0)
    box += b"\0" * (-len(box) % 2)
    texts = {0: "© none", 1: "Näher Test", 2: "Bold", 3: "unique", 4: "Näher Test Bold", 5: "Version 1.5",
             6: "NaherTest-Bold"}
    tables = {
        "OS/2": struct.pack(">HhHHH", 4, 500, 700, 5, 0) + bytes(22) + bytes(10) + struct.pack(">IIII", 1, 0, 0, 0)
        + b"NANO" + struct.pack(">HHH", 0x20, 0x20, 0x43) + struct.pack(">hhhHH", 700, -200, 0, 800, 200)
        + struct.pack(">II", 1, 0) + struct.pack(">hhHHH", 500, 700, 0, 32, 1),
        "cmap": character_map(),
        "glyf": box,
        "head": struct.pack(">HHiIIHHqqhhhhHHhhh", 1, 0, 0x18000, 0, 0x5f0f3cf5, 3, 1000, 3800000000, 3800000001,
                            0, 0, 500, 700, 1, 8, 2, 0, 0),
        "hhea": struct.pack(">ihhhHhhhhhh8xhH", 0x10000, 800, -200, 0, 600, 0, 0, 500, 1, 0, 0, 0, 2),
        "hmtx": struct.pack(">HhHhh", 600, 0, 250, 0, 5),
        "loca": struct.pack(">4H", 0, 0, 0, len(box) // 2),
        "maxp": struct.pack(">iH13H", 0x10000, 3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        "name": names(texts),
        "post": struct.pack(">iihhI4IH3H", 0x20000, -0x8000, -100, 50, 0, 0, 0, 0, 0, 3, 0, 3, 258) + b"\3box",
    }
    data = font(tables)
    path = write("box.ttf", data)
    says = run("fc-scan", path).decode()
    family, style, version = [re.search(rf'\t{key}: "?([^"(]*)', says)[1] for key in ("family", "style", "fontversion")]
    charset = re.search(r"\t0000: 00000000 ([0-9a-f]+) ([0-9a-f]+)", says).groups()
    index = {name: number for number, name in enumerate(tables)}
    name, glyphs = f"/tables/{index['name']}/body", f"/tables/{index['cmap']}/body/maps/0/body"
    assert charset == ("00000001", "0000000e")  # the space, and A to C
    yield Sample("box.ttf", "truetype.ksy", data, {
        f"{name}/records/2/wide_text": family, f"{name}/records/3/wide_text": style,
        f"{name}/records/0/roman_text": "Naher Test", f"{name}/records/#": 8,
        "/head/table/body/revision/raw": int(version), "/head/table/body/units_per_em": 1000,
        "/head/table/body/style/is_bold": True, "/head/table/body/style/is_italic": False,
        "/head/table/body/created": 3800000000, "/maxp/table/body/num_glyphs": 3,
        "/hhea/table/body/descender": -200, "/tables/#": len(tables),
        f"/tables/{index['hmtx']}/body/metrics/1/advance_width": 250,
        f"/tables/{index['hmtx']}/body/left_side_bearings": [5],
        f"/tables/{index['loca']}/body/offsets": [0, 0, 0, len(box) // 2],
        f"/tables/{index['OS/2']}/body/weight": 700, f"/tables/{index['OS/2']}/body/vendor": "NANO",
        f"/tables/{index['post']}/body/italic_angle/value": -0.5, f"/tables/{index['post']}/body/names/0/value": "box",
        f"{glyphs}/first_characters": [0x20, 0x41, 0xffff], f"{glyphs}/last_characters": [0x20, 0x43, 0xffff],
        f"{glyphs}/deltas": [1 - 0x20, 0, 1], f"{glyphs}/glyphs": [2, 2, 2]})


def character_map():
    """The space is glyph 1, A to C are glyph 2, by a delta and by a list."""
    ends, starts, deltas, offsets = [0x20, 0x43, 0xffff], [0x20, 0x41, 0xffff], [1 - 0x20, 0, 1], [0, 4, 0]
    arrays = struct.pack(">3H", *ends) + bytes(2) + struct.pack(">3H3h3H3H", *starts, *deltas, *offsets, 2, 2, 2)
    body = struct.pack(">HHH", 4, 14 + len(arrays), 0) + struct.pack(">HHHH", 6, 4, 1, 2) + arrays
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + body


def names(texts):
    """One name for the Macintosh, the others for Windows."""
    records, strings = struct.pack(">HHHHHH", 1, 0, 0, 1, 10, 0), b"Naher Test"
    for kind, text in texts.items():
        data = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x409, kind, len(data), len(strings))
        strings += data
    return struct.pack(">HHH", 0, len(texts) + 1, 6 + len(records)) + records + strings


def font(tables):
    place, directory, bodies = 12 + 16 * len(tables), b"", b""
    for name, body in tables.items():
        padded = body + bytes(-len(body) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xffffffff
        directory += name.encode() + struct.pack(">III", checksum, place + len(bodies), len(body))
        bodies += padded
    return struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128) + directory + bodies
