import struct

from judging import Sample, file_says, match


def bitmap(header, between, pixels):
    start = 14 + len(header) + len(between)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + between + pixels


def info_header(length, width, height, bits, compression, size):
    return struct.pack("<IiiHHIIiiII", length, width, height, 1, bits, compression, size, 2835, 2836, 0, 0)


def samples(write):
    rows = [bytes(x * 10 + y * 3 + c for x in range(5) for c in range(3)).ljust(16, b"\0") for y in range(3)]
    yield judged(write, "truecolor.bmp", bitmap(info_header(40, 5, 3, 24, 0, 48), b"", b"".join(rows)), {
        "/len_row": 16, "/pixels/#": 3, "/pixels/0/values/#": 5, "/pixels/2/values/4/red": 48, "/num_colors": 0})

    core = struct.pack("<IHHHH", 12, 5, 2, 1, 1)
    yield judged(write, "core.bmp", bitmap(core, bytes(range(1, 7)), bytes([0b10110000, 0, 0, 0, 8, 0, 0, 0])), {
        "/is_core": True, "/palette/#": 2, "/palette/1/red": 6,
        "/pixels/0/values": [True, False, True, True, False], "/pixels/1/values": [False, False, False, False, True]})

    masks = struct.pack("<4I", 0xff0000, 0xff00, 0xff, 0xff000000)
    version_5 = info_header(124, 2, -2, 32, 3, 16) + masks + b"BGRs" + bytes(48) + struct.pack("<4I", 4, 0, 0, 0)
    yield judged(write, "version_5.bmp", bitmap(version_5, b"", struct.pack("<4I", 1, 2, 3, 0xfffffffe)), {
        "/info/extension/alpha_mask": 0xff000000, "/info/extension/color_space/type/$enum": "srgb",
        "/info/extension/color_space/intent": 4, "/pixels/1/values": [3, 0xfffffffe]})

    packed = bytes([4, 7, 0, 0, 0, 1])
    palette = bytes([9, 8, 7, 0] * 256)
    yield judged(write, "packed.bmp", bitmap(info_header(40, 4, 1, 8, 1, len(packed)), palette, packed), {
        "/is_packed": True, "/packed_pixels/$bytes": "040700000001", "/palette/#": 256, "/palette/255/reserved": 0})


def judged(write, name, data, facts):
    says = file_says(write(name, data))
    width, height, bits, size, start = match(r"(\d+) x (-?\d+) x (\d+).*cbSize (\d+), bits offset (\d+)", says)
    facts |= {"/width": width, "/height": abs(height), "/bits_per_pixel": bits, "/file_header/len_file": size,
              "/file_header/ofs_pixels": start}
    return Sample(name, "bmp.ksy", data, facts)
