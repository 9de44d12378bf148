"""Frames of all kinds, alone and in capture files; Wireshark is the judge."""
import struct

import dns
from judging import Sample, number, tshark

MAC = bytes.fromhex("02000000000a") + bytes.fromhex("00005e005301")
SIX = [bytes.fromhex("20010db8" + "00" * 11 + end) for end in ("01", "02")]


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return struct.pack(">H", ~total & 0xffff)


def ipv4(protocol, payload, options=b"", fragment=0x4000):
    words = 5 + len(options) // 4
    header = struct.pack(">BBHHHBBH", 0x40 | words, 0xb9, words * 4 + len(payload), 0x1234, fragment, 64, protocol, 0)
    header += bytes([192, 0, 2, 1, 198, 51, 100, 7]) + options
    return header[:10] + checksum(header) + header[12:] + payload


def ipv6(next_header, payload):
    return struct.pack(">IHBB", 0x6b912345, len(payload), next_header, 61) + SIX[0] + SIX[1] + payload


def udp(source, destination, payload=b""):
    return struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload


def tcp(flags, options=b"", payload=b""):
    words = 5 + len(options) // 4
    return struct.pack(">HHIIHHHH", 4433, 50000, 2**32 - 16, 7, words << 12 | flags, 501, 0, 0) + options + payload


def icmp(kind, code, body):
    message = struct.pack(">BBH", kind, code, 0) + body
    return message[:2] + checksum(message) + message[4:]


def extension(next_header, body):
    return bytes([next_header, 0]) + body


ROUTER_ALERT = bytes([0x94, 4, 0, 0])
TCP_OPTIONS = struct.pack(">BBH", 2, 4, 1460) + b"\4\2\1\3\3\7" + struct.pack(">BBII", 8, 10, 1000, 2000)
TCP_OPTIONS += struct.pack(">BBIIII", 5, 18, 1, 2, 3, 4) + b"\0\0"
ADVERTISEMENT = struct.pack(">BBHI", 136, 0, 0, 0x60000000) + SIX[0] + bytes([2, 1]) + MAC[:6]
ARP = struct.pack(">HHBBH", 1, 0x800, 6, 4, 2) + MAC[:6] + bytes([192, 0, 2, 1]) + MAC[6:] + bytes([192, 0, 2, 2])
IPV4, IPV6 = b"\x08\x00", b"\x86\xdd"

# Each frame behind the addresses, with the layers in it and where they are in the dump.
FRAMES = {
    "udp": (IPV4 + ipv4(17, udp(1000, 2000, b"hello")), {
        "ipv4": ["/payload"], "udp": ["/payload/payload/body"]}),
    "tcp with options": (IPV4 + ipv4(6, tcp(0x112, TCP_OPTIONS, b"abc"), ROUTER_ALERT), {
        "ipv4": ["/payload"], "tcp": ["/payload/payload/body"],
        "tcp options": ["/payload/payload/body/options/options"]}),
    "fragment": (IPV4 + ipv4(17, b"12345678", fragment=0x2003), {"ipv4": ["/payload"]}),
    "echo": (IPV4 + ipv4(1, icmp(8, 0, struct.pack(">HH", 77, 3) + b"ping")), {
        "ipv4": ["/payload"], "icmp": ["/payload/payload/body"], "echo": ["/payload/payload/body/body"]}),
    "unreachable": (IPV4 + ipv4(1, icmp(3, 3, bytes(4) + ipv4(17, udp(1, 2)))), {
        "icmp": ["/payload/payload/body"]}),
    "vlan": (b"\x81\x00\x60\x05" + IPV6 + ipv6(6, tcp(0x018, payload=b"x")), {
        "tag": ["/tags/1"], "ipv6": ["/payload"], "tcp": ["/payload/payload/body"]}),
    "two tags": (b"\x88\xa8\x00\x64\x81\x00\xe0\xc8" + IPV4 + ipv4(17, udp(1, 2)), {
        "outer tag": ["/tags/1"], "tag": ["/tags/2"], "ipv4": ["/payload"], "udp": ["/payload/payload/body"]}),
    "ipv6 extensions": (
        IPV6 + ipv6(0, extension(60, b"\5\2\0\0\1\0") + extension(58, b"\1\4\0\0\0\0") + ADVERTISEMENT), {
            "ipv6": ["/payload"], "icmpv6": ["/payload/payload/body/payload/body/payload/body"],
            "advertisement": ["/payload/payload/body/payload/body/payload/body/body"]}),
    "ipv6 fragment": (IPV6 + ipv6(44, extension(17, struct.pack(">HI", 100 << 3 | 1, 99)) + b"12345678"), {
        "ipv6": ["/payload"], "ipv6 fragment": ["/payload/payload/body/body"]}),
    "6in4": (IPV4 + ipv4(41, ipv6(17, udp(3, 4, b"in"))), {
        "ipv4": ["/payload"], "ipv6": ["/payload/payload/body"], "udp": ["/payload/payload/body/payload/body"]}),
    "ip in ip": (IPV4 + ipv4(4, ipv4(17, udp(5, 6, b"in"))), {
        "ipv4": ["/payload", "/payload/payload/body"], "udp": ["/payload/payload/body/payload/body"]}),
    "dns": (IPV4 + ipv4(17, udp(53, 4444, dns.answer())), {
        "udp": ["/payload/payload/body"], "dns": ["/payload/payload/body/payload"]}),
    "arp": (b"\x08\x06" + ARP, {"arp": ["/payload"]}),
}
# The fields of a layer: Wireshark's name, and the description's. Behind the latter, ? is a flag, @ text, ~ bytes.
LAYERS = {
    "tag": {"vlan.priority": "priority", "vlan.id": "vlan_id"},
    "outer tag": {"ieee8021ad.priority": "priority", "ieee8021ad.id": "vlan_id"},
    "arp": {"arp.opcode": "operation/value", "arp.hw.size": "len_hardware_address",
            "arp.src.hw_mac": "sender_hardware_address~", "arp.dst.hw_mac": "target_hardware_address~"},
    "ipv4": {"ip.len": "len_packet", "ip.id": "identification", "ip.ttl": "time_to_live", "ip.proto": "protocol/value",
             "ip.checksum": "header_checksum", "ip.src": "source/text@", "ip.dst": "destination/text@",
             "ip.hdr_len": "len_header", "ip.dsfield.dscp": "traffic_class", "ip.dsfield.ecn": "congestion/value",
             "ip.flags.mf": "has_more_fragments?", "ip.flags.df": "may_not_fragment?"},
    "ipv6": {"ipv6.plen": "len_payload", "ipv6.nxt": "next_header/value", "ipv6.hlim": "hop_limit",
             "ipv6.flow": "flow_label", "ipv6.tclass": "traffic_class"},
    "ipv6 fragment": {"ipv6.fraghdr.offset": "offset_units", "ipv6.fraghdr.more": "has_more?",
                      "ipv6.fraghdr.ident": "identification"},
    "udp": {"udp.srcport": "source_port", "udp.dstport": "destination_port", "udp.length": "len_datagram"},
    "tcp": {"tcp.srcport": "source_port", "tcp.dstport": "destination_port", "tcp.seq_raw": "sequence_number",
            "tcp.ack_raw": "acknowledgment_number", "tcp.window_size_value": "window", "tcp.flags.syn": "synchronize?",
            "tcp.flags.ack": "acknowledgment?", "tcp.flags.push": "push?", "tcp.flags.fin": "finish?",
            "tcp.flags.ae": "accurate_congestion?"},
    "tcp options": {"tcp.options.mss_val": "0/body/value", "tcp.options.wscale.shift": "3/body/shift",
                    "tcp.options.timestamp.tsval": "4/body/value", "tcp.options.sack_re": "5/body/blocks/0/right_edge"},
    "icmp": {"icmp.type": "type/value", "icmp.code": "code", "icmp.checksum": "checksum"},
    "echo": {"icmp.ident": "identifier", "icmp.seq": "sequence_number", "data.data": "data~"},
    "icmpv6": {"icmpv6.type": "type/value", "icmpv6.checksum": "checksum"},
    "advertisement": {"icmpv6.nd.na.flag.r": "is_router?", "icmpv6.nd.na.flag.s": "is_solicited?",
                      "icmpv6.opt.linkaddr": "options/0/body~"},
    "dns": {"dns.id": "transaction_id", "dns.count.answers": "num_answers", "dns.qry.name": "questions/0/name/text@"},
}
FIELDS = [field for layer in LAYERS.values() for field in layer]
APART = ["-o", "ip.defragment:false", "-o", "ipv6.defragment:false", "-o", "tcp.relative_sequence_numbers:false"]


def samples(write):
    frames = [MAC + frame for frame, _ in FRAMES.values()]
    data = capture("<", 0xa1b2c3d4, 1, frames)
    path = write("frames.pcap", data)
    facts = times(path)
    for index, (row, name) in enumerate(zip(tshark(path, *FIELDS, options=APART), FRAMES)):
        found = judged(dict(zip(FIELDS, row)), FRAMES[name][1])
        facts |= {f"/body/packets/{index}/body{place}": value for place, value in found.items()}
        yield Sample(f"{name}.frame", "network/ethernet_frame.ksy", frames[index], found)
    yield Sample("frames.pcap", "pcap.ksy", data, facts)

    data = capture(">", 0xa1b23c4d, 101, [FRAMES["udp"][0][2:], FRAMES["ipv6 extensions"][0][2:]], unit=1000)
    yield Sample("raw_big.pcap", "pcap.ksy", data, times(write("raw_big.pcap", data)) | {
        "/has_nanoseconds": True, "/body/link/type/$enum": "raw_ip", "/body/packets/0/fraction": 123456000,
        "/body/packets/0/body/packet/$type": "ipv4_packet", "/body/packets/1/body/packet/$type": "ipv6_packet"})


def judged(row, layers):
    """What Wireshark says, by its place in the description."""
    facts = {}
    for layer, places in layers.items():
        for level, place in enumerate(places):
            for field, name in LAYERS[layer].items():
                assert level < len(row[field]), f"no {field} in layer {level}: {row[field]}"
                text = row[field][level]
                match name[-1]:
                    case "?":
                        facts[f"{place}/{name[:-1]}"] = text == "1"
                    case "@":
                        facts[f"{place}/{name[:-1]}"] = text
                    case "~":
                        facts[f"{place}/{name[:-1]}/$bytes"] = text.replace(":", "").upper()
                    case _:
                        facts[f"{place}/{name}"] = number(text)
    return facts


def capture(order, magic, link, frames, unit=1):
    """A file of libpcap, a packet a second."""
    data = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for index, frame in enumerate(frames):
        data += struct.pack(order + "IIII", 1700000000 + index, (123456 + index) * unit, len(frame), len(frame)) + frame
    return data


def times(path):
    rows = tshark(path, "frame.time_epoch", "frame.cap_len", "frame.len")
    facts = {"/body/packets/#": len(rows)}
    for index, [[time], [captured], [length]] in enumerate(rows):
        place = f"/body/packets/{index}"
        facts |= {f"{place}/seconds": int(time.split(".")[0]), f"{place}/len_captured": int(captured),
                  f"{place}/len_original": int(length)}
    return facts
