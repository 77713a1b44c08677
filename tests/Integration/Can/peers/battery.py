"""A Pylontech-style battery on an slcan hub, by python-can: battery.py PORT. Prints the first alive frame it hears."""
import struct
import sys
import time

import can

bus = can.Bus(interface="slcan", channel=f"socket://127.0.0.1:{sys.argv[1]}", bitrate=500_000, sleep_after_open=0)
FRAMES = [
    (0x351, struct.pack("<HhhH", 532, 740, 1480, 450)),
    (0x355, struct.pack("<HH", 56, 95)),
    (0x356, struct.pack("<hhh", 5123, -125, 215)),
    (0x359, bytes([0x10, 0, 0, 0, 2, 0x50, 0x4E])),
    (0x35C, bytes([0xC0, 0])),
    (0x35E, b"PYLON   "),
]
print("open", flush=True)
told = False
until = time.monotonic() + 60
while time.monotonic() < until:
    for can_id, data in FRAMES:
        bus.send(can.Message(arbitration_id=can_id, data=data, is_extended_id=False))
    heard = bus.recv(timeout=0.2)
    while heard is not None:
        if heard.arbitration_id == 0x305 and not told:
            print(f"alive {heard.arbitration_id:03X}#{bytes(heard.data).hex().upper()}", flush=True)
            told = True
        heard = bus.recv(timeout=0)
