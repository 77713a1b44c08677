"""A DER that is pymodbus: serves a register image for unit 1 and acts on its set-point.

Arguments: the image ({"address": value}), the address of 704.WSetEna (then WSetMod, and WSet as i32) and that of the i16
register that shows the power. Prints its port, then "wrote ADDRESS VALUE ..." for each write. Serves until its standard
input ends.
"""
import asyncio
import json
import os
import sys
import threading

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncTcpServer


class Registers(ModbusSequentialDataBlock):
    def __init__(self, image, control, power):
        first = min(image)
        super().__init__(first, [image[first + i] for i in range(len(image))])
        self.control, self.power = control, power

    def setValues(self, address, values):
        super().setValues(address, values)
        print("wrote", address, *values, flush=True)
        enabled, _, high, low = super().getValues(self.control, 4)
        if enabled == 1:
            super().setValues(self.power, [(high << 16 | low) & 0xFFFF])


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


async def serve():
    with open(sys.argv[1]) as file:
        image = {int(address): value for address, value in json.load(file).items()}
    unit = ModbusSlaveContext(hr=Registers(image, int(sys.argv[2]), int(sys.argv[3])), zero_mode=True)
    server = await StartAsyncTcpServer(
        context=ModbusServerContext(slaves={1: unit}, single=False), address=("127.0.0.1", 0), defer_start=True
    )
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving


threading.Thread(target=end_with_stdin, daemon=True).start()
asyncio.run(serve())
