import struct

from judging import Sample, tshark


def name(text):
    return b"".join(bytes([len(label.encode())]) + label.encode() for label in text.split(".")) + b"\0"


def record(owner, kind, data, time=60):
    return owner + struct.pack(">HHIH", kind, 1, time, len(data)) + data


def answer():
    """Names end in pointers, one of them to a name that ends in a pointer itself."""
    message = struct.pack(">6H", 0x1234, 0x8580, 1, 5, 1, 1) + name("www.example.com") + struct.pack(">HH", 1, 1)
    message += record(b"\xc0\x0c", 5, b"\3cdn\xc0\x10", 300)
    cdn = struct.pack(">H", 0xc000 | len(message) - 6)
    message += record(cdn, 1, bytes([192, 0, 2, 7]))
    message += record(cdn, 28, bytes.fromhex("20010db8000000000000000000000042"))
    message += record(b"\xc0\x10", 15, struct.pack(">H", 10) + b"\4mail\xc0\x10")
    message += record(b"\xc0\x10", 16, b"\x05hello\x05world")
    serial_and_times = struct.pack(">IiiiI", 2024022901, 7200, 3600, 86400, 300)
    message += record(b"\xc0\x10", 6, b"\2ns\xc0\x10\4root\xc0\x10" + serial_and_times)
    return message + b"\0" + struct.pack(">HHIH", 41, 1232, 0, 0)


def datagram(message):
    """As Wireshark reads it: the only packet of a capture file of bare IPv4."""
    packet = struct.pack(">BBHHHBBH", 0x45, 0, 28 + len(message), 0, 0, 64, 17, 0) + bytes([192, 0, 2, 1, 192, 0, 2, 2])
    packet += struct.pack(">HHHH", 53, 4444, 8 + len(message), 0) + message
    return struct.pack("<IHHiIIIIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 228, 0, 0, len(packet), len(packet)) + packet


def samples(write):
    data = answer()
    fields = ["dns.id", "dns.flags.authoritative", "dns.count.answers", "dns.qry.name", "dns.resp.name", "dns.resp.ttl",
              "dns.cname", "dns.a", "dns.mx.mail_exchange", "dns.txt", "dns.soa.mname", "dns.soa.rname",
              "dns.soa.serial_number", "dns.resp.type", "dns.resp.len"]
    [row] = tshark(write("dns.pcap", datagram(data)), *fields)
    [id, authoritative, count, question, owners, times, *data_fields, types, lengths] = row
    [alias, address, mail, texts, server, person, serial] = data_fields
    facts = {"/transaction_id": int(id[0], 0), "/is_authoritative": authoritative == ["1"], "/answers/#": int(count[0]),
             "/questions/0/name/text": question[0], "/answers/0/domain_data/text": alias[0],
             "/answers/1/data/octets": [int(each) for each in address[0].split(".")],
             "/answers/2/data/groups": [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x42],
             "/answers/3/domain_data/exchange/text": mail[0], "/answers/3/domain_data/preference": 10,
             "/answers/4/data/texts/0/value": texts[0], "/answers/4/data/texts/1/value": texts[1],
             "/authorities/0/domain_data/primary_server/text": server[0],
             "/authorities/0/domain_data/responsible_person/text": person[0],
             "/authorities/0/domain_data/serial": int(serial[0]), "/additionals/0/type/$enum": "opt",
             "/additionals/0/class/$enum": None, "/additionals/0/name/text": ""}
    for index, (owner, time) in enumerate(zip(owners[:5], times[:5])):
        facts |= {f"/answers/{index}/name/text": owner, f"/answers/{index}/time_to_live": int(time),
                  f"/answers/{index}/type/value": int(types[index]), f"/answers/{index}/len_data": int(lengths[index])}
    yield Sample("answer.dns", "network/dns_message.ksy", data, facts)

    # Pointers at themselves, at each other, and at what is still to come: Wireshark refuses such names, too.
    question = struct.pack(">6H", 1, 0, 1, 0, 0, 0)
    for title, text in [("self", b"\xc0\x0c"), ("label", b"\1a\xc0\x0c"), ("ahead", b"\xc0\x10\1b\xc0\x0c")]:
        data = question + text + struct.pack(">HH", 1, 1)
        facts = {"/num_questions": 1}
        yield Sample(f"pointer_{title}.dns", "network/dns_message.ksy", data, facts, "ValidationExprError")
