/* A tap on the wires of the host, in a process of its own: it relays two TCP links, stamps what passes with
 * CLOCK_MONOTONIC, and watches the meter by itself, so that no time in a figure comes from the program that is measured.
 *
 *   tap METER_TARGET MODULE_TARGET UNIT REGISTER [WATCH_US]
 *
 * first line:  listening METER_PORT MODULE_PORT
 * then a line per happening:  V ns raw   the meter's register REGISTER changed for anybody who asks (own client, every WATCH_US)
 *                             M ns raw   a reply with that register was handed to the host
 *                             C ns mA    a frame with a new current limit went to the module (Infy: write 0x24, 1002)
 * It ends when its standard input closes.
 *
 * Where it may, it runs above the real-time threads of the host: otherwise the simulated home, busy on the same core,
 * keeps the tap from its processor for a tick of the scheduler (4 ms), and the stamps show the tap's own delay.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { METER_LISTEN, MODULE_LISTEN, METER_HOST, METER_DEVICE, MODULE_HOST, MODULE_DEVICE, WATCHER, INPUT, COUNT };
static struct pollfd fds[COUNT];
static int meter_target, module_target;
static uint16_t asked_start, asked_count, asked_id, register_address;
static uint8_t unit_id;
static long last_current_ma = -1;

static long long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void stamp(char kind, long long at, long value) { printf("%c %lld %ld\n", kind, at, value); }

static void no_delay(int fd) { int one = 1; setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); }

static int listen_any(int *port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof at;
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 4)
        || getsockname(fd, (struct sockaddr *)&at, &length)) { perror("listen"); exit(1); }
    *port = ntohs(at.sin_port);
    return fd;
}

static int dial(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at)) { perror("connect"); exit(1); }
    no_delay(fd);
    return fd;
}

static void drop(int a, int b) {
    if (fds[a].fd >= 0) close(fds[a].fd);
    if (fds[b].fd >= 0) close(fds[b].fd);
    fds[a].fd = fds[b].fd = -1;
}

static void take(int listener, int host, int device, int target) {
    int fd = accept(fds[listener].fd, NULL, NULL);
    if (fd < 0) return;
    drop(host, device);
    no_delay(fd);
    fds[host].fd = fd;
    fds[device].fd = dial(target);
}

static void see_request(const uint8_t *b, ssize_t n) {
    if (n < 12 || (b[7] != 3 && b[7] != 4)) return;
    asked_id = b[0] << 8 | b[1];
    asked_start = b[8] << 8 | b[9];
    asked_count = b[10] << 8 | b[11];
}

static void see_reply(const uint8_t *b, ssize_t n, long long at) {
    if (n < 9 || (b[7] != 3 && b[7] != 4) || (b[0] << 8 | b[1]) != asked_id) return;
    if (register_address < asked_start || register_address >= asked_start + asked_count) return;
    int offset = 9 + 2 * (register_address - asked_start);
    if (offset + 1 < n) stamp('M', at, (int16_t)(b[offset] << 8 | b[offset + 1]));
}

/* One slcan line from the host: T IIIIIIII 8 DDDDDDDDDDDDDDDD. */
static void see_frame(const char *line, long long at) {
    unsigned id, length, hi, lo;
    if (line[0] != 'T' || sscanf(line + 1, "%8x%1u%8x%8x", &id, &length, &hi, &lo) != 4) return;
    if (((id >> 16) & 0x3F) != 0x24 || (hi >> 16) != 0x1002) return;
    if ((long)lo != last_current_ma) stamp('C', at, last_current_ma = (long)lo);
}

static void relay(int from, int to, int pair_a, int pair_b) {
    static char line[64];
    static int used;
    uint8_t b[4096];
    ssize_t n = read(fds[from].fd, b, sizeof b);
    if (n <= 0) { drop(pair_a, pair_b); return; }
    if (from == METER_HOST) see_request(b, n);
    for (ssize_t done = 0; done < n;) {
        ssize_t w = write(fds[to].fd, b + done, n - done);
        if (w <= 0) { drop(pair_a, pair_b); return; }
        done += w;
    }
    long long at = now_ns();
    if (from == METER_DEVICE) see_reply(b, n, at);
    if (from != MODULE_HOST) return;
    for (ssize_t i = 0; i < n; i++) {
        if (b[i] == '\r') { line[used] = 0; see_frame(line, at); used = 0; }
        else if (used < (int)sizeof line - 1) line[used++] = b[i];
    }
}

/* Asks the meter for the one register, every WATCH_US unless it still owes an answer. Nothing waits for the answer: the
 * simulated home may take its time, and what is relayed meanwhile must not be stamped late for it. */
static int owed;

static void ask(int fd) {
    static uint16_t id;
    uint8_t request[12] = { ++id >> 8, id, 0, 0, 0, 6, unit_id, 3, register_address >> 8, register_address, 0, 1 };
    if (owed) return;
    if (write(fd, request, sizeof request) != sizeof request) exit(1);
    owed = 1;
}

static void watch(int fd) {
    static long last = 1 << 20;
    uint8_t reply[64];
    ssize_t n = read(fd, reply, sizeof reply);
    long long at = now_ns();
    if (n <= 0) exit(1);
    owed = 0;
    if (n < 11 || reply[7] != 3) return;
    long value = (int16_t)(reply[9] << 8 | reply[10]);
    if (value != last) stamp('V', at, last = value);
}

int main(int argc, char **argv) {
    if (argc < 5) { fprintf(stderr, "usage: tap METER_TARGET MODULE_TARGET UNIT REGISTER [WATCH_US]\n"); return 2; }
    meter_target = atoi(argv[1]);
    module_target = atoi(argv[2]);
    unit_id = atoi(argv[3]);
    register_address = atoi(argv[4]);
    long watch_us = argc > 5 ? atol(argv[5]) : 1000;
    int meter_port, module_port;
    struct sched_param priority = { .sched_priority = 45 };
    if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0)
        fprintf(stderr, "tap: no real-time priority here: its stamps can be late by a tick of the scheduler\n");
    for (int i = 0; i < COUNT; i++) fds[i] = (struct pollfd) { .fd = -1, .events = POLLIN };
    fds[METER_LISTEN].fd = listen_any(&meter_port);
    fds[MODULE_LISTEN].fd = listen_any(&module_port);
    fds[INPUT].fd = 0;
    int watcher = dial(meter_target);
    fds[WATCHER].fd = watcher;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("listening %d %d\n", meter_port, module_port);

    long long next = now_ns();
    for (;;) {
        long long wait = next - now_ns();
        struct timespec timeout = { 0, wait > 0 ? wait : 0 };
        if (ppoll(fds, COUNT, &timeout, NULL) < 0 && errno != EINTR) return 1;
        if (fds[INPUT].revents) { char b[64]; if (read(0, b, sizeof b) <= 0) return 0; }
        if (fds[METER_HOST].fd >= 0 && fds[METER_HOST].revents) relay(METER_HOST, METER_DEVICE, METER_HOST, METER_DEVICE);
        if (fds[METER_DEVICE].fd >= 0 && fds[METER_DEVICE].revents) relay(METER_DEVICE, METER_HOST, METER_HOST, METER_DEVICE);
        if (fds[MODULE_HOST].fd >= 0 && fds[MODULE_HOST].revents) relay(MODULE_HOST, MODULE_DEVICE, MODULE_HOST, MODULE_DEVICE);
        if (fds[MODULE_DEVICE].fd >= 0 && fds[MODULE_DEVICE].revents) relay(MODULE_DEVICE, MODULE_HOST, MODULE_HOST, MODULE_DEVICE);
        if (fds[METER_LISTEN].revents) take(METER_LISTEN, METER_HOST, METER_DEVICE, meter_target);
        if (fds[MODULE_LISTEN].revents) take(MODULE_LISTEN, MODULE_HOST, MODULE_DEVICE, module_target);
        if (fds[WATCHER].revents) watch(watcher);
        if (now_ns() >= next) { ask(watcher); next += watch_us * 1000; if (next < now_ns()) next = now_ns(); }
    }
}
