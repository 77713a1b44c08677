"""A Modbus client that is pymodbus. Argument: the port on 127.0.0.1, or the tty (RTU, 115200 8N1), of a server whose 200
registers are i * 257.

Prints one line per request: what was asked, then what pymodbus made of the answer.
"""
import sys

from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.constants import Endian
from pymodbus.payload import BinaryPayloadBuilder


def say(what, answer):
    if answer.isError():
        print(f"{what}: exception {answer.exception_code}")
    elif hasattr(answer, "registers"):
        print(f"{what}: {' '.join(map(str, answer.registers))}")
    else:
        print(f"{what}: done")


if sys.argv[1].startswith("/"):
    bus = ModbusSerialClient(sys.argv[1], baudrate=115200, timeout=20)
else:
    bus = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), timeout=20)
if not bus.connect():
    sys.exit("cannot connect")

say("read 125 holding at 3", bus.read_holding_registers(3, 125, slave=9))
say("read 2 input at 198", bus.read_input_registers(198, 2, slave=9))
say("write 48879 at 5", bus.write_register(5, 48879, slave=9))
say("write 3 at 6", bus.write_registers(6, [1, 2, 3], slave=9))
say("read 5 holding at 4", bus.read_holding_registers(4, 5, slave=9))
say("read 2 holding at 199", bus.read_holding_registers(199, 2, slave=9))
say("read coils", bus.read_coils(0, 8, slave=9))

# Numbers wider than a register, high word first and low word first, from 100 and from 120 on.
for order, start in ((Endian.Big, 100), (Endian.Little, 120)):
    numbers = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=order)
    numbers.add_16bit_int(-1234)
    numbers.add_32bit_uint(3000000000)
    numbers.add_32bit_int(-123456789)
    numbers.add_64bit_uint(1 << 52)
    numbers.add_64bit_int(-(1 << 50) - 7)
    numbers.add_32bit_float(-12.625)
    numbers.add_64bit_float(1e-9)
    say(f"write {len(numbers.to_registers())} at {start}", bus.write_registers(start, numbers.to_registers(), slave=9))
bus.close()
