/* The reference of the Modbus figures, in C.
 *   server        answers every request of 12 bytes with 125 registers; prints its port; ends with its standard input
 *   line          makes two ttys, answers every request of 8 bytes on either with 125 registers; prints their paths; ends
 *                 with its standard input
 *   client WHERE  libmodbus; WHERE is a port (TCP) or a tty (RTU, 115200 8N1); for each number read from standard input does so many reads of 125 registers, one after the
 *                 other, and prints: nanoseconds in all, then p50 and p99 of a single read in nanoseconds */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <modbus.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { registers = 125, answer_length = 9 + 2 * registers, most_clients = 8 };

static int serve(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1, count = 2;
    if (bind(listener, (struct sockaddr *)&at, size) || listen(listener, 4)) return 1;
    if (getsockname(listener, (struct sockaddr *)&at, &size)) return 1;
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);

    struct pollfd wait[2 + most_clients] = { { STDIN_FILENO, POLLIN, 0 }, { listener, POLLIN, 0 } };
    unsigned char request[260], answer[answer_length] = { 0, 0, 0, 0, 0, 3 + 2 * registers, 0, 3, 2 * registers };
    for (int i = 9; i < answer_length; i++) answer[i] = (unsigned char)i;
    for (;;) {
        if (poll(wait, (nfds_t)count, -1) < 0) return 1;
        if (wait[0].revents) return 0;
        for (int i = 2; i < count; i++) {
            if (!wait[i].revents) continue;
            if (recv(wait[i].fd, request, sizeof request, 0) != 12) {
                close(wait[i].fd);
                wait[i].fd = -1;
                continue;
            }
            memcpy(answer, request, 2);
            answer[6] = request[6];
            if (send(wait[i].fd, answer, sizeof answer, MSG_NOSIGNAL) != sizeof answer) return 1;
        }
        if (wait[1].revents && count < 2 + most_clients) {
            int client = accept(listener, NULL, NULL);
            setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            wait[count++] = (struct pollfd){ client, POLLIN, 0 };
        }
    }
}

static int tty(void)
{
    struct termios raw;
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (fd < 0 || grantpt(fd) || unlockpt(fd) || tcgetattr(fd, &raw)) return -1;
    cfmakeraw(&raw);
    if (tcsetattr(fd, TCSANOW, &raw)) return -1;
    printf("%s\n", ptsname(fd));
    fflush(stdout);
    return fd;
}

static unsigned crc(const unsigned char *bytes, int length)
{
    unsigned crc = 0xFFFF;
    for (int i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
    return crc;
}

static int serve_lines(void)
{
    enum { length = 3 + 2 * registers + 2 };
    unsigned char request[260], answer[length] = { 1, 3, 2 * registers };
    for (int i = 3; i < length - 2; i++) answer[i] = (unsigned char)i;
    unsigned sum = crc(answer, length - 2);
    answer[length - 2] = (unsigned char)sum;
    answer[length - 1] = (unsigned char)(sum >> 8);
    struct pollfd wait[3] = { { STDIN_FILENO, POLLIN, 0 }, { tty(), POLLIN, 0 }, { tty(), POLLIN, 0 } };
    if (wait[1].fd < 0 || wait[2].fd < 0) return 1;
    for (;;) {
        if (poll(wait, 3, -1) < 0) return 1;
        if (wait[0].revents) return 0;
        for (int i = 1; i < 3; i++) {
            // Until the other side opens the tty, and after it has closed it, it hangs up.
            if (wait[i].revents & POLLHUP) usleep(1000);
            if (!(wait[i].revents & POLLIN)) continue;
            if (read(wait[i].fd, request, sizeof request) != 8) continue;
            if (write(wait[i].fd, answer, sizeof answer) != sizeof answer) return 1;
        }
    }
}

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

static int ask(const char *where)
{
    modbus_t *bus = *where == '/' ? modbus_new_rtu(where, 115200, 'N', 8, 1) : modbus_new_tcp("127.0.0.1", atoi(where));
    modbus_set_slave(bus, 1);
    if (modbus_connect(bus)) return 1;
    int count;
    while (scanf("%d", &count) == 1) {
        uint16_t into[registers];
        long long *each = malloc(sizeof *each * (size_t)count), begun = now(), before = begun;
        for (int i = 0; i < count; i++) {
            if (modbus_read_registers(bus, 0, registers, into) != registers) return 1;
            long long after = now();
            each[i] = after - before;
            before = after;
        }
        long long all = before - begun;
        qsort(each, (size_t)count, sizeof *each, ascending);
        printf("%lld %lld %lld\n", all, each[count / 2], each[count / 100 * 99]);
        fflush(stdout);
        free(each);
    }
    modbus_free(bus);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "server")) return serve();
    if (argc == 2 && !strcmp(argv[1], "line")) return serve_lines();
    if (argc == 3 && !strcmp(argv[1], "client")) return ask(argv[2]);
    return 2;
}
