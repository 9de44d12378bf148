import re
import struct

from judging import Sample, run


def samples(write):
    with open("/usr/bin/true", "rb") as file:
        yield judged(write, "program.elf", file.read(), {"/is_64": True})
    for order in "<>":
        yield judged(write, "little.elf" if order == "<" else "big.elf", object_file(order), {
            "/is_64": False, "/body/sections/2/symbols/2/type/$enum": "function",
            "/body/sections/4/notes/notes/0/name": "GNU", "/body/sections/4/notes/notes/0/body/$bytes": "0A0B0C0D0E",
            "/body/segments/0/interpreter": "/lib/ld.so"})


def object_file(order):
    """A file of 32 bits for a PowerPC or an x86: sections for names, symbols, strings, a note, and an interpreter."""
    names = b"\0.shstrtab\0.symtab\0.strtab\0.note\0.interp\0"
    strings = b"\0main.c\0main\0"
    symbol = lambda *values: struct.pack(order + "IIIBBH", *values)
    symbols = symbol(0, 0, 0, 0, 0, 0) + symbol(1, 0, 0, 4, 0, 0xfff1) + symbol(8, 0x1000, 42, 0x12, 0, 1)
    note = struct.pack(order + "III", 4, 5, 3) + b"GNU\0" + b"\x0a\x0b\x0c\x0d\x0e\0\0\0"
    interpreter = b"/lib/ld.so\0"
    parts, place = [], 52 + 32
    for kind, name, body, link, info, size in [
            (0, 0, b"", 0, 0, 0), (3, 1, names, 0, 0, 0), (2, 11, symbols, 3, 2, 16), (3, 19, strings, 0, 0, 0),
            (7, 27, note, 0, 0, 0), (1, 33, interpreter, 0, 0, 0)]:
        parts.append((struct.pack(order + "10I", name, kind, 0, 0, place, len(body), link, info, 4, size), body))
        place += len(body)
    header = b"\x7fELF" + bytes([1, 1 if order == "<" else 2, 1, 0]) + bytes(8) + struct.pack(
        order + "HHIIIIIHHHHHH", 2, 3 if order == "<" else 20, 1, 0x1000, 52, place, 0, 52, 32, 1, 40, len(parts), 1)
    start = place - len(interpreter)
    segment = struct.pack(order + "8I", 3, start, 0x2000, 0x2000, len(interpreter), len(interpreter), 4, 1)
    return header + segment + b"".join(body for _, body in parts) + b"".join(entry for entry, _ in parts)


def judged(write, name, data, facts):
    path = write(name, data)
    return Sample(name, "elf.ksy", data, facts | header(path) | sections(path) | segments(path) | symbols(path))


def readelf(option, path):
    return run("readelf", "-W", option, path).decode()


def header(path):
    found = dict(re.findall(r"^ *([A-Z][^:]*): +(.*)$", readelf("-h", path), re.M))
    machines = {"Advanced Micro Devices X86-64": "x86_64", "Intel 80386": "x86", "PowerPC": "powerpc",
                "AArch64": "aarch64"}
    return {
        "/address_size/$enum": {"ELF32": "bits_32", "ELF64": "bits_64"}[found["Class"]],
        "/byte_order/$enum": "little" if "little" in found["Data"] else "big",
        "/body/machine/$enum": machines[found["Machine"]], "/body/entry": int(found["Entry point address"], 0),
        "/body/ofs_sections": int(found["Start of section headers"].split()[0]),
        "/body/segments/#": int(found["Number of program headers"]),
        "/body/sections/#": int(found["Number of section headers"]),
        "/body/index_of_section_names": int(found["Section header string table index"])}


def sections(path):
    kinds = {"NULL": "unused", "PROGBITS": "program", "SYMTAB": "symbols", "STRTAB": "string_table", "NOTE": "notes",
             "DYNSYM": "dynamic_symbols", "NOBITS": "no_bits", "DYNAMIC": "dynamic", "GNU_HASH": "gnu_hash"}
    facts = {}
    line = re.compile(r"^ *\[ *(\d+)\] (\S*) +([A-Z][A-Z_0-9]+) +" + r"([0-9a-f]+) +" * 4 + "(.*)$", re.M)
    for index, name, kind, address, start, size, entry, rest in line.findall(readelf("-S", path)):
        place = f"/body/sections/{index}"
        facts |= {f"{place}/name": name, f"{place}/address": int(address, 16), f"{place}/ofs_body": int(start, 16),
                  f"{place}/len_body": int(size, 16), f"{place}/len_entry": int(entry, 16),
                  f"{place}/alignment": int(rest.split()[-1])}
        if kind in kinds:
            facts[f"{place}/type/$enum"] = kinds[kind]
    return facts


def segments(path):
    facts = {}
    line = re.compile(r"^ +[A-Z_]+ +0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+) 0x[0-9a-f]+ (...) ", re.M)
    for index, (start, address, size, flags) in enumerate(line.findall(readelf("-l", path))):
        place = f"/body/segments/{index}"
        facts |= {f"{place}/ofs_body": int(start, 16), f"{place}/virtual_address": int(address, 16),
                  f"{place}/len_in_file": int(size, 16), f"{place}/is_readable": "R" in flags,
                  f"{place}/is_writable": "W" in flags, f"{place}/is_executable": "E" in flags}
    return facts


def symbols(path):
    facts = {}
    tables = {name: index for index, name in re.findall(r"^ *\[ *(\d+)\] (\S+)", readelf("-S", path), re.M)}
    line = re.compile(r"^ *(\d+): ([0-9a-f]+) +(\d+) (\S+) +(\S+) +\S+ +\S+ ?(\S*)", re.M)
    for part in readelf("-s", path).split("Symbol table '")[1:]:
        place = f"/body/sections/{tables[part.split(chr(39))[0]]}/symbols"
        lines = line.findall(part)
        facts[f"{place}/#"] = len(lines)
        for index, value, size, _, binding, name in lines:
            facts |= {f"{place}/{index}/value": int(value, 16), f"{place}/{index}/size": int(size),
                      f"{place}/{index}/name": name.split("@")[0], f"{place}/{index}/binding/$enum": binding.lower()}
    return facts
