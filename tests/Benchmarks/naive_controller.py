"""The usual home-made controller, as a reference for the reaction figure: every 100 ms read the meter, and when it shows more
than THRESHOLD send the power module half the current, otherwise the whole.

    naive_controller.py METER_PORT MODULE_PORT UNIT REGISTER THRESHOLD

It ends when its standard input closes.
"""
import select
import socket
import struct
import sys
import time

PERIOD_S = 0.100


def read_register(meter, unit, register):
    meter.sendall(struct.pack(">HHHBBHH", 1, 0, 6, unit, 3, register, 1))
    reply = meter.recv(64)
    return struct.unpack(">h", reply[9:11])[0]


def set_current(module, milliamperes):
    # Infy: command 0x24 (write) to everybody from the controller, register 1002.
    identifier = 0x0A << 22 | 0x24 << 16 | 0x3F << 8 | 0xF0
    module.sendall(b"T%08X8%08X%08X\r" % (identifier, 0x1002_0000, milliamperes))


def main():
    meter_port, module_port, unit, register, threshold = map(int, sys.argv[1:6])
    meter = socket.create_connection(("127.0.0.1", meter_port))
    module = socket.create_connection(("127.0.0.1", module_port))
    for link in (meter, module):
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    module.sendall(b"C\rS4\rO\r")
    due = time.monotonic()
    while not select.select([sys.stdin], [], [], 0)[0]:
        is_over = read_register(meter, unit, register) > threshold
        set_current(module, 10_000 if is_over else 20_000)
        due += PERIOD_S
        time.sleep(max(0.0, due - time.monotonic()))


main()
