import struct

from judging import Sample, file_says, match


def samples(write):
    """class T extends Object { static final long L = 1L << 40; static double d; int f() throws E { return 7; } }"""
    pool, count = b"", 1

    def constant(tag, form, *values, size=1):
        nonlocal pool, count
        pool += bytes([tag]) + struct.pack(">" + form, *values)
        count += size
        return count - size

    def utf8(text):
        data = text.encode()
        return constant(1, f"H{len(data)}s", len(data), data)

    name, parent = constant(7, "H", utf8("näher/T")), constant(7, "H", utf8("java/lang/Object"))
    thrown = constant(7, "H", utf8("java/lang/Exception"))
    constant(3, "i", -70000), constant(4, "f", 0.5), constant(6, "d", 1.5, size=2)
    long, field_name, long_type = constant(5, "q", 1 << 40, size=2), utf8("L"), utf8("J")
    method_name, method_type, value_name, code_name = utf8("f"), utf8("()I"), utf8("ConstantValue"), utf8("Code")
    lines_name, throws_name, source_name = utf8("LineNumberTable"), utf8("Exceptions"), utf8("SourceFile")
    source = utf8("T.java")
    constant(8, "H", source), constant(12, "HH", method_name, method_type), constant(10, "HH", name, count - 1)

    attribute = lambda name, body: struct.pack(">HI", name, len(body)) + body
    lines = attribute(lines_name, struct.pack(">HHHHH", 2, 0, 3, 1, 4))
    code = attribute(code_name, struct.pack(">HHI", 1, 1, 3) + b"\x10\x07\xac" + struct.pack(
        ">HHHHHH", 1, 0, 2, 2, 0, 1) + lines)
    throws = attribute(throws_name, struct.pack(">HH", 1, thrown))
    field = struct.pack(">HHHH", 0x18, field_name, long_type, 1) + attribute(value_name, struct.pack(">H", long))
    method = struct.pack(">HHHH", 1, method_name, method_type, 2) + code + throws
    data = (b"\xca\xfe\xba\xbe" + struct.pack(">HHH", 0, 52, count) + pool
            + struct.pack(">HHHH", 0x21, name, parent, 0) + struct.pack(">H", 1) + field + struct.pack(">H", 1) + method
            + struct.pack(">H", 1) + attribute(source_name, struct.pack(">H", source)))
    [major] = match(r"compiled Java class data, version (\d+)\.0", file_says(write("T.class", data)))
    place = "/methods/0/attributes/0/body"
    yield Sample("T.class", "java_class.ksy", data, {
        "/version_major": major, "/constants/#": count - 1, "/name": "näher/T", "/super_name": "java/lang/Object",
        "/constants/6/content": -70000, "/constants/7/content": 0.5, "/constants/8/content": 1.5,
        "/constants/9/is_second_half": True, "/constants/10/content": 1 << 40, "/access/is_public": True,
        "/access/is_super": True, "/fields/0/name/value": "L", "/fields/0/descriptor/value": "J",
        "/fields/0/access/is_static": True, "/fields/0/access/is_final": True, "/fields/0/access/is_public": False,
        "/fields/0/attributes/0/body/constant/content": 1 << 40, "/methods/0/name/value": "f",
        f"{place}/code/$bytes": "1007AC", f"{place}/handlers/0/ofs_handler": 2,
        f"{place}/attributes/0/body/lines/1/number": 4, "/methods/0/attributes/1/body/classes": [thrown],
        "/attributes/0/body/name/value": "T.java"})
