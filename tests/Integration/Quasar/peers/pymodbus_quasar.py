"""A Wallbox Quasar's register file that is pymodbus: blocks with gaps between them, unit 1, TCP. Prints its port.

What it does beyond keeping registers is a few lines of an owner's notes: 257 := 1 starts (state 1 or 11 by the sign of the
set-point at 260), 257 := 2 pauses, power follows the set-point at 90 %, control given back resets what belongs to it.
Serves until its standard input ends; a line "app" on it is the vendor's app taking control.
"""
import asyncio
import os
import sys
import threading

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartAsyncTcpServer

CONTROL, AUTO_START, TYPE, IDLE, ACTION, AMPERES, WATTS = 81, 82, 83, 88, 257, 258, 260


def signed(value):
    return value - 65536 if value > 32767 else value


class Registers(ModbusSparseDataBlock):
    """Readable only within its blocks; a request across a gap is refused, as on the charger."""

    BLOCKS = [(1, 3), (81, 88), (256, 260), (512, 548)]

    def __init__(self):
        values = {address: 0 for first, last in self.BLOCKS for address in range(first, last + 1)}
        values.update({1: 3400, AUTO_START: 1, 514: 7400, 522: 240, 537: 4})
        self.reads = 0
        super().__init__(values)

    def validate(self, address, count=1):
        return any(first <= address and address + count - 1 <= last for first, last in self.BLOCKS)

    def getValues(self, address, count=1):
        self.reads += 1
        # A real meter never stands still.
        self.values[522] = 239 + self.reads % 3
        return super().getValues(address, count)

    def setValues(self, address, values):
        super().setValues(address, values)
        if self.values[CONTROL] == 0:
            self.values.update({AUTO_START: 1, TYPE: 0, IDLE: 0})
        if address == ACTION:
            self.values[537] = 4 if self.values[ACTION] == 2 else 1
            self.values[538] = 0 if self.values[ACTION] == 2 else 61
        watts = signed(self.values[WATTS]) if self.values[537] in (1, 11) else 0
        if self.values[537] in (1, 11):
            self.values[537] = 11 if watts < 0 else 1
        power = int(watts * 0.9)
        self.values[526] = power & 0xFFFF
        self.values[547] = 3887
        self.values[548] = int(power / 388.7 * 10) & 0xFFFF


registers = Registers()


def obey():
    for line in sys.stdin:
        if line.strip() == "app":
            registers.setValues(CONTROL, [0])
            print("app", flush=True)
    os._exit(0)


async def serve():
    context = ModbusServerContext(slaves={1: ModbusSlaveContext(hr=registers, zero_mode=True)}, single=False)
    server = await StartAsyncTcpServer(context=context, address=("127.0.0.1", 0), defer_start=True)
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving


threading.Thread(target=obey, daemon=True).start()
asyncio.run(serve())
