import os
import ssl
import struct

from judging import Sample, number, run, tshark

SIDES = {"client": (50000, 443), "server": (443, 50000)}


def samples(write):
    certificate = write("certificate.pem", b"")
    key = os.path.join(os.path.dirname(certificate), "key.pem")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=example.com")
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        flights = handshake(version, certificate, key)
        records = judged(write(f"{version.name}.pcap", connection(flights)))
        for side in SIDES:
            data = b"".join(part for sender, part in flights if sender == side)
            facts = server_facts if side == "server" else client_facts
            yield Sample(f"{version.name}.{side}.tls", "tls_handshake.ksy", data, facts(records[side]))


def handshake(version, certificate, key):
    """What two sides send, in its order, without a network between them."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client.set_alpn_protocols(["h2", "http/1.1"])
    server.set_alpn_protocols(["h2"])
    for context in (client, server):
        context.minimum_version = context.maximum_version = version
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = {"client": (client.wrap_bio(to_client, to_server, server_hostname="example.com"), to_server),
            "server": (server.wrap_bio(to_server, to_client, server_side=True), to_client)}
    flights, done = [], set()
    while len(done) < 2:
        for side, (connection, sent) in ends.items():
            try:
                connection.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                pass
            data = sent.read()
            flights += [(side, data)] if data else []
            sent.write(data)
    return flights


def connection(flights):
    """A capture file of bare IPv4 with the flights as segments."""
    data, next = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 228), {"client": 1, "server": 1}
    for index, (side, payload) in enumerate(flights):
        other = "server" if side == "client" else "client"
        segment = struct.pack(">HHIIHHHH", *SIDES[side], next[side], next[other], 0x5018, 65535, 0, 0) + payload
        ends = bytes([192, 0, 2, 1 + (side == "server")]) + bytes([192, 0, 2, 1 + (side == "client")])
        packet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), index, 0, 64, 6, 0) + ends + segment
        data += struct.pack("<IIII", index, 0, len(packet), len(packet)) + packet
        next[side] += len(payload)
    return data


FIELDS = {
    "types": "tls.record.content_type", "opaque": "tls.record.opaque_type", "lengths": "tls.record.length",
    "messages": "tls.handshake.type", "random": "tls.handshake.random", "suites": "tls.handshake.ciphersuite",
    "name": "tls.handshake.extensions_server_name", "extensions": "tls.handshake.extension.type",
    "groups": "tls.handshake.extensions_supported_group", "protocols": "tls.handshake.extensions_alpn_str",
    "versions": "tls.handshake.extensions.supported_version", "share": "tls.handshake.extensions_key_share_group",
    "certificate": "tls.handshake.certificate", "curve": "tls.handshake.server_named_curve"}


def judged(path):
    """What Wireshark says of each side, all of its packets together."""
    sides = {side: {key: [] for key in FIELDS} for side in SIDES}
    for port, *row in tshark(path, "tcp.srcport", *FIELDS.values()):
        side = "client" if port == ["50000"] else "server"
        for key, values in zip(FIELDS, row):
            sides[side][key] += values
    return sides


def facts_of_records(side):
    facts = {"/records/#": len(side["lengths"])}
    for index, length in enumerate(side["lengths"]):
        facts[f"/records/{index}/len_body"] = int(length)
    for index, kind in enumerate(side["types"]):
        facts[f"/records/{index}/content_type/value"] = int(kind)
    return facts


def extensions(facts, place, side):
    for index, kind in enumerate(side["extensions"]):
        facts[f"{place}/extensions/items/items/{index}/type/value"] = int(kind)
    return {int(kind): f"{place}/extensions/items/items/{index}/body" for index, kind in enumerate(side["extensions"])}


def client_facts(side):
    hello, facts = "/records/0/body/messages/0/body", facts_of_records(side)
    found = extensions(facts, hello, side)
    facts |= {f"{hello}/random/$bytes": side["random"][0].upper(), f"{hello}/cipher_suites/#": len(side["suites"]),
              f"{found[0]}/name": side["name"][0]}
    facts |= {f"{hello}/cipher_suites/{index}/value": number(suite) for index, suite in enumerate(side["suites"])}
    facts |= {f"{found[10]}/groups/{index}/value": number(group) for index, group in enumerate(side["groups"])}
    facts |= {f"{found[16]}/protocols/{index}/name": name for index, name in enumerate(side["protocols"])}
    if 43 in found:
        facts |= {f"{found[43]}/versions/0/value": number(side["versions"][0]),
                  f"{found[51]}/shares/0/group/value": number(side["share"][0])}
    return facts


def server_facts(side):
    hello, facts = "/records/0/body/messages/0/body", facts_of_records(side)
    found = extensions(facts, hello, side)
    facts |= {f"{hello}/random/$bytes": side["random"][0].upper(), f"{hello}/is_retry_request": False,
              f"{hello}/cipher_suite/value": number(side["suites"][0])}
    if 43 in found:
        facts |= {f"{found[43]}/versions": [{"$enum": "tls_1_3", "value": 0x304}], "/records/2/is_encrypted": True,
                  f"{found[51]}/shares/0/group/value": number(side["share"][0])}
    else:
        facts |= {f"{found[16]}/protocols/0/name": side["protocols"][0],
                  "/records/1/body/messages/0/body/certificates/certificates/0/body/$bytes":
                  side["certificate"][0].replace(":", "").upper(),
                  "/records/2/body/messages/0/body/group/value": number(side["curve"][0])}
    return facts
