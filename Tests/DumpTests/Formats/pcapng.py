import struct

import network
from judging import Sample, run, tshark


def samples(write):
    """A section as Wireshark's own tool writes it, and one of the other byte order."""
    frames = [network.MAC + frame for frame, _ in network.FRAMES.values()]
    path = write("plain.pcap", network.capture("<", 0xa1b2c3d4, 1, frames[:2]))
    sections = [run("editcap", "-F", "pcapng", path, "-"), big_section(frames[0])]
    fields = ["frame.time_epoch", "frame.cap_len", "eth.src", "frame.interface_name", "frame.interface_description"]
    # Each section is judged alone: Wireshark 4.0 mixes up the interfaces of several.
    rows = [row for section in sections for row in tshark(write("section.pcapng", section), *fields)]
    data = b"".join(sections)
    seconds, fraction = rows[0][0][0].split(".")
    first, second = "/sections/0/body/blocks", "/sections/1/body/blocks"
    yield Sample("two_sections.pcapng", "pcapng.ksy", data, {
        "/sections/#": 2, "/sections/0/byte_order/$enum": "little", "/sections/1/byte_order/$enum": "big",
        f"{first}/#": 3, f"{first}/1/body/ticks": int(seconds) * 10**6 + int(fraction[:6]),
        f"{first}/1/body/data/source/octets/$bytes": rows[0][2][0].replace(":", "").upper(),
        f"{first}/2/body/len_captured": int(rows[1][1][0]),
        f"{second}/#": 6, f"{second}/0/body/options/options/0/text": rows[2][3][0],
        f"{second}/0/body/options/options/1/text": rows[2][4][0],
        f"{second}/0/body/options/options/2/resolution/exponent": 9,
        f"{second}/1/body/records/0/body/names": ["host.example"], f"{second}/3/num_interfaces": 1,
        f"{second}/3/body/len_captured": int(rows[2][1][0]), f"{second}/3/body/ticks": 1700000000 * 10**9,
        f"{second}/3/body/data/payload/source/text": "192.0.2.1", f"{second}/4/body/link_type/$enum": "raw_ip",
        f"{second}/3/body/options/options/0/text": "of the packet", f"{second}/5/body/data/$bytes": "45000000",
        f"{second}/5/num_interfaces": 2})


def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack(">II", kind, len(body) + 12) + body + struct.pack(">I", len(body) + 12)


def option(code, value):
    return struct.pack(">HH", code, len(value)) + value + bytes(-len(value) % 4)


def packet(interface, frame, options=b""):
    ticks = 1700000000 * 10**9
    header = struct.pack(">IIIII", interface, ticks >> 32, ticks & 0xffffffff, len(frame), len(frame))
    return block(6, header + frame + bytes(-len(frame) % 4) + options)


def big_section(frame):
    """Interfaces between other blocks, and packets of both."""
    end = option(0, b"")
    interface = option(2, b"eth0") + option(3, b"of a test") + option(9, b"\x09") + end
    return b"".join([
        block(0x0a0d0d0a, struct.pack(">IHHq", 0x1a2b3c4d, 1, 0, -1)),
        block(1, struct.pack(">HHI", 1, 0, 65535) + interface),
        block(4, option(1, bytes([192, 0, 2, 1]) + b"host.example\0") + end),
        block(5, struct.pack(">III", 0, 0, 0)),
        packet(0, frame, option(1, b"of the packet") + end),
        block(1, struct.pack(">HHI", 101, 0, 65535)),
        packet(1, b"\x45\0\0\0"),
    ])
