import struct

from judging import Sample, file_says, match, tshark


def codes(pixels):
    """Two-bit pixels as LZW that does not compress: a code for each, and a clear code before codes would grow."""
    bits, count, data = 0, 0, bytearray()
    stream = [code for index, pixel in enumerate(pixels) for code in ([4, pixel] if index % 2 == 0 else [pixel])]
    for code in stream + [5]:
        bits, count = bits | code << count, count + 3
        while count >= 8:
            data.append(bits & 255)
            bits, count = bits >> 8, count - 8
    return bytes(data) + (bytes([bits]) if count else b"")


def sub_blocks(data):
    parts = [data[start:start + 255] for start in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def samples(write):
    local = struct.pack("<HHHHB", 1, 0, 2, 2, 0x80) + bytes(range(6)) + b"\2" + sub_blocks(codes([0, 1, 1, 0]))
    data = (b"GIF89a" + struct.pack("<HHBBB", 3, 2, 0x91, 1, 49) + bytes(range(12))
            + b"\x21\xff\x0bNETSCAPE2.0" + sub_blocks(b"\1\x05\x01")
            + b"\x21\xfe" + sub_blocks(b"x" * 300)
            + b"\x21\xf9\x04" + bytes([0b1001, 10, 0, 2]) + b"\0"
            + b"\x2c" + local + b";")
    path = write("animation.gif", data)
    fields = ["image-gif.version", "image-gif.screen.width", "image-gif.screen.height", "image-gif.global.color_map",
              "image-gif.image_background_index", "image-gif.image.left", "image-gif.image.width",
              "image-gif.local.color_map", "image-gif.image.code_size", "image-gif.extension.label"]
    [[version, width, height, colors, background, left, image_width, local_colors, code_size, labels]] = tshark(
        path, *fields)
    assert match(r"version (\w+), (\d+) x (\d+)", file_says(path)) == ["89a", int(width[0]), int(height[0])]
    facts = {"/header/version": version[0].removeprefix("GIF"), "/screen/width": int(width[0]),
             "/screen/height": int(height[0]), "/screen/background_color_index": int(background[0]),
             "/screen/aspect_ratio": 1.0, "/global_colors/colors/#": len(colors[0]) // 6,
             "/global_colors/colors/3/blue": int(colors[0][-2:], 16), "/blocks/#": 5,
             "/blocks/0/body/label/value": int(labels[0], 0), "/blocks/0/body/body/identifier": "NETSCAPE",
             "/blocks/0/body/body/num_loops": 0x105, "/blocks/1/body/label/value": int(labels[1], 0),
             "/blocks/1/body/body/parts/#": 3, "/blocks/1/body/body/parts/1/len_body": 45,
             "/blocks/2/body/body/disposal/$enum": "restore_background", "/blocks/2/body/body/delay": 10,
             "/blocks/2/body/body/has_transparent_color": True, "/blocks/3/body/left": int(left[0]),
             "/blocks/3/body/width": int(image_width[0]), "/blocks/3/body/min_code_size": int(code_size[0]),
             "/blocks/3/body/local_colors/colors/#": len(local_colors[0]) // 6, "/blocks/4/type/$enum": "trailer"}
    yield Sample("animation.gif", "gif.ksy", data, facts)
