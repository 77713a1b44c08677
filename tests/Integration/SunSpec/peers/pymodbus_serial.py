"""SunSpec devices that are pymodbus, on one serial line, 115200 8N1.

Arguments: the tty, then UNIT=FILE for each device, FILE a register image ({"address": value}). Prints "ready", then
"wrote UNIT ADDRESS VALUE ..." for each write. Serves until its standard input ends.
"""
import asyncio
import json
import os
import sys
import threading

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer
from pymodbus.transaction import ModbusRtuFramer


class Registers(ModbusSequentialDataBlock):
    def __init__(self, unit, file):
        with open(file) as text:
            image = {int(address): value for address, value in json.load(text).items()}
        first = min(image)
        super().__init__(first, [image[first + i] for i in range(len(image))])
        self.unit = unit

    def setValues(self, address, values):
        super().setValues(address, values)
        print("wrote", self.unit, address, *values, flush=True)


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


async def serve():
    units = {int(unit): file for unit, file in (argument.split("=") for argument in sys.argv[2:])}
    slaves = {unit: ModbusSlaveContext(hr=Registers(unit, file), zero_mode=True) for unit, file in units.items()}
    line = await StartAsyncSerialServer(
        context=ModbusServerContext(slaves=slaves, single=False), framer=ModbusRtuFramer, port=sys.argv[1],
        baudrate=115200, ignore_missing_slaves=True, defer_start=True
    )
    await line.start()
    print("ready", flush=True)
    await line.serve_forever()


threading.Thread(target=end_with_stdin, daemon=True).start()
asyncio.run(serve())
