/* A Modbus client that is libmodbus and nothing else. Argument: the port on 127.0.0.1, or the tty (RTU, 115200 8N1), of a
 * server whose 200 registers are i * 257. Prints one line per request: what was asked, then what libmodbus made of the answer. */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>

static modbus_t *bus;
static uint16_t r[MODBUS_MAX_READ_REGISTERS];

static void say(const char *what, int result, int from, int to)
{
    printf("%s: ", what);
    if (result < 0) {
        printf("%s\n", modbus_strerror(errno));
        return;
    }
    printf("%d", result);
    for (int i = from; i < to; i++) printf(" %u", r[i]);
    printf("\n");
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    bus = argv[1][0] == '/' ? modbus_new_rtu(argv[1], 115200, 'N', 8, 1) : modbus_new_tcp("127.0.0.1", atoi(argv[1]));
    if (bus == NULL) return 2;
    modbus_set_slave(bus, 9);
    modbus_set_response_timeout(bus, 20, 0);
    modbus_set_byte_timeout(bus, 5, 0);
    if (modbus_connect(bus) != 0) {
        printf("connect: %s\n", modbus_strerror(errno));
        return 1;
    }
    uint16_t many[MODBUS_MAX_WRITE_REGISTERS];
    for (int i = 0; i < MODBUS_MAX_WRITE_REGISTERS; i++) many[i] = (uint16_t)(65535 - i);
    uint8_t bits[8];

    say("read 125 holding at 3", modbus_read_registers(bus, 3, 125, r), 0, 125);
    say("read 2 input at 198", modbus_read_input_registers(bus, 198, 2, r), 0, 2);
    say("write 48879 at 5", modbus_write_register(bus, 5, 48879), 0, 0);
    say("read 3 holding at 4", modbus_read_registers(bus, 4, 3, r), 0, 3);
    say("write 123 at 50", modbus_write_registers(bus, 50, MODBUS_MAX_WRITE_REGISTERS, many), 0, 0);
    say("read 125 holding at 49", modbus_read_registers(bus, 49, 125, r), 0, 125);
    say("read 2 holding at 199", modbus_read_registers(bus, 199, 2, r), 0, 2);
    say("write 1 at 200", modbus_write_register(bus, 200, 1), 0, 0);
    say("read coils", modbus_read_bits(bus, 0, 8, bits), 0, 0);
    say("write and read", modbus_write_and_read_registers(bus, 0, 1, many, 0, 1, r), 0, 0);
    say("mask", modbus_mask_write_register(bus, 0, 1, 1), 0, 0);
    say("read 1 holding at 0", modbus_read_registers(bus, 0, 1, r), 0, 1);

    modbus_close(bus);
    modbus_free(bus);
    return 0;
}
