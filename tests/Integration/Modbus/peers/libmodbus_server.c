/* A Modbus server that is libmodbus and nothing else: 200 holding and 200 input registers, register i = i * 257.
 * Without argument on TCP: prints its port. With the path of a tty on RTU, 115200 8N1, unit 9: prints "ready".
 * Serves until its standard input ends. */
#include <arpa/inet.h>
#include <errno.h>
#include <modbus.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/select.h>
#include <unistd.h>

static int serve_tty(modbus_t *bus, modbus_mapping_t *map)
{
    modbus_set_slave(bus, 9);
    modbus_set_byte_timeout(bus, 5, 0);
    if (modbus_connect(bus) != 0) return 1;
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(STDIN_FILENO, &ready);
        FD_SET(modbus_get_socket(bus), &ready);
        if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) < 0) return 1;
        if (FD_ISSET(STDIN_FILENO, &ready)) return 0;
        uint8_t query[MODBUS_RTU_MAX_ADU_LENGTH];
        int length = modbus_receive(bus, query);
        if (length > 0) modbus_reply(bus, query, length, map);
    }
}

int main(int argc, char **argv)
{
    modbus_t *bus = argc > 1 ? modbus_new_rtu(argv[1], 115200, 'N', 8, 1) : modbus_new_tcp("127.0.0.1", 0);
    modbus_mapping_t *map = modbus_mapping_new(0, 0, 200, 200);
    if (bus == NULL || map == NULL) return 1;
    for (int i = 0; i < 200; i++) map->tab_registers[i] = map->tab_input_registers[i] = (uint16_t)(i * 257);
    if (argc > 1) return serve_tty(bus, map);

    int listener = modbus_tcp_listen(bus, 4);
    struct sockaddr_in at;
    socklen_t size = sizeof at;
    if (listener < 0 || getsockname(listener, (struct sockaddr *)&at, &size) != 0) return 1;
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);

    fd_set all;
    FD_ZERO(&all);
    FD_SET(STDIN_FILENO, &all);
    FD_SET(listener, &all);
    for (;;) {
        fd_set ready = all;
        if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) < 0) return 1;
        if (FD_ISSET(STDIN_FILENO, &ready)) return 0;
        for (int fd = 3; fd < FD_SETSIZE; fd++) {
            if (!FD_ISSET(fd, &ready)) continue;
            if (fd == listener) {
                int client = accept(listener, NULL, NULL), on = 1;
                if (client < 0 || client >= FD_SETSIZE) return 1;
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                FD_SET(client, &all);
                continue;
            }
            uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
            modbus_set_socket(bus, fd);
            int length = modbus_receive(bus, query);
            if (length > 0) {
                modbus_reply(bus, query, length, map);
            } else if (length < 0) {
                close(fd);
                FD_CLR(fd, &all);
            }
        }
    }
}
