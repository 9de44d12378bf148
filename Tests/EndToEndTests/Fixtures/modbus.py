"""Two sides of Modbus/TCP: `modbus.py server PORT`, and `modbus.py client PORT ROUNDS`, which prints how many it asked."""

import random
import sys
import time


def server(port):
    from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
    from pymodbus.server import StartTcpServer

    def block(values):
        return ModbusSequentialDataBlock(0, values)

    device = ModbusSlaveContext(
        co=block([False] * 200), di=block([n % 3 == 0 for n in range(200)]), hr=block([n * 7 for n in range(200)]),
        ir=block([65535 - n for n in range(200)]), zero_mode=True)
    StartTcpServer(context=ModbusServerContext(slaves={1: device, 17: device}, single=False), address=("127.0.0.1", port))


def client(port, rounds):
    from pymodbus.client import ModbusTcpClient

    clients = [ModbusTcpClient("127.0.0.1", port=port) for _ in range(2)]
    for one in clients:
        # The server may not listen yet.
        while not one.connect():
            time.sleep(0.1)
    values = random.Random(502)
    asked = 0
    for number in range(rounds):
        one, unit = clients[number % 2], [1, 17][number % 3 % 2]
        first, count = values.randrange(100), values.randrange(1, 90)
        words = [values.randrange(65536) for _ in range(count)]
        bits = [values.random() < 0.5 for _ in range(count)]
        for answer in [
            one.read_coils(first, count, unit), one.read_discrete_inputs(first, count, unit),
            one.read_holding_registers(first, count, unit), one.read_input_registers(first, count, unit),
            one.write_coil(first, bits[0], unit), one.write_register(first, words[0], unit),
            one.write_coils(first, bits, unit), one.write_registers(first, words, unit),
            one.mask_write_register(address=first, and_mask=0xF2, or_mask=0x25, unit=unit),
            one.readwrite_registers(
                read_address=first, read_count=count, write_address=first, write_registers=words, unit=unit),
            one.diag_query_data(words[0], slave=unit),
            # There are no such registers.
            one.read_holding_registers(190, count + 20, unit), one.write_registers(250, words, unit),
        ]:
            asked += 1
            assert answer is not None, asked
    for one in clients:
        one.close()
    print(asked)


if sys.argv[1] == "server":
    server(int(sys.argv[2]))
else:
    client(int(sys.argv[2]), int(sys.argv[3]))
