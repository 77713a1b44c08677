"""Reads a capture as its specifications say (draft-ietf-opsawg-pcap, RFC 791, RFC 9293, Modbus TCP), not as our code does.

read_pcap.py FILE: fails on a wrong header, length, checksum or sequence number; prints a line per Modbus frame:
SECONDS CLIENT>SERVER|SERVER>CLIENT UNIT FUNCTION
"""
import struct
import sys


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


with open(sys.argv[1], "rb") as file:
    data = file.read()
magic, major, minor, zone, accuracy, longest, link = struct.unpack_from("<IHHiIII", data, 0)
assert (hex(magic), major, minor, zone, accuracy, link) == ("0xa1b2c3d4", 2, 4, 0, 0, 101), "file header"
at, expected, streams, last, servers = 24, {}, {}, 0, set()
while at < len(data):
    seconds, micros, caught, length = struct.unpack_from("<IIII", data, at)
    assert caught == length <= longest and micros < 1_000_000, "record header"
    packet = data[at + 16:at + 16 + caught]
    at += 16 + caught
    time = seconds + micros / 1e6
    assert time >= last, "time goes back"
    last = time
    assert packet[0] == 0x45 and packet[9] == 6 and struct.unpack_from("!H", packet, 2)[0] == len(packet), "IP header"
    assert checksum(packet[:20]) == 0xFFFF, "IP checksum"
    tcp = packet[20:]
    assert checksum(packet[12:20] + struct.pack("!HH", 6, len(tcp)) + tcp) == 0xFFFF, "TCP checksum"
    source, target, sequence, acknowledged, offset, flags = struct.unpack_from("!HHIIBB", tcp, 0)
    key, payload = (packet[12:16], source, packet[16:20], target), tcp[(offset >> 4) * 4:]
    if flags & 2:
        if not flags & 16:
            servers.add(target)
        expected[key], streams[key] = sequence + 1, b""
        continue
    assert expected[key] == sequence, "sequence number"
    expected[key] = sequence + len(payload)
    stream = streams[key] + payload
    while len(stream) >= 8:
        transaction, protocol, size, unit, function = struct.unpack_from("!HHHBB", stream, 0)
        assert protocol == 0, "Modbus header"
        if len(stream) < 6 + size:
            break
        way = "CLIENT>SERVER" if target in servers else "SERVER>CLIENT"
        print(f"{time:.6f} {way} {unit} {function}")
        stream = stream[6 + size:]
    streams[key] = stream
