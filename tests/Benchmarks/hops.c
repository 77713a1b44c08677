/* What the machine itself needs for the way of a reading through the host, with nothing computed on it: a packet wakes a
 * poller, the poller wakes the loop, the loop wakes the other poller, and that one sends a packet. The same threads, the
 * same real-time priorities, the same kinds of wake-up (TCP on loopback, eventfd); C, and not a line of the product.
 *
 *   hops [PERIOD_US]
 *
 * When its standard input closes it prints a line per round: the round's time in ns.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TAP = 45, LOOP = 40, POLLER = 30, MOST = 1 << 17 };
struct hop { int from, to, priority, is_packet_in, is_packet_out; };
static int64_t took[MOST];

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void enter(int priority) {
    struct sched_param p = { .sched_priority = priority };
    if (sched_setscheduler(0, SCHED_FIFO, &p) != 0) fprintf(stderr, "hops: no real-time priority here\n");
}

static void pair(int ends[2]) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof at;
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 1)
        || getsockname(listener, (struct sockaddr *)&at, &length)
        || connect(ends[0], (struct sockaddr *)&at, sizeof at) || (ends[1] = accept(listener, NULL, NULL)) < 0) {
        perror("loopback");
        exit(1);
    }
    for (int i = 0; i < 2; i++) setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    close(listener);
}

static void pass(int from, int is_packet_in, int to, int is_packet_out) {
    uint64_t word = 1;
    struct pollfd news = { .fd = from, .events = POLLIN };
    if (poll(&news, 1, -1) < 0 || read(from, &word, is_packet_in ? 1 : 8) <= 0) exit(1);
    word = 1;
    if (write(to, &word, is_packet_out ? 1 : 8) <= 0) exit(1);
}

static void *run(void *argument) {
    struct hop *hop = argument;
    enter(hop->priority);
    for (;;) pass(hop->from, hop->is_packet_in, hop->to, hop->is_packet_out);
    return NULL;
}

int main(int argc, char **argv) {
    long period_us = argc > 1 ? atol(argv[1]) : 47000;
    int in[2], out[2], loop = eventfd(0, 0), writer = eventfd(0, 0), rounds = 0;
    pair(in);
    pair(out);
    mlockall(MCL_CURRENT | MCL_FUTURE);
    struct hop hops[3] = { { in[1], loop, POLLER, 1, 0 }, { loop, writer, LOOP, 0, 0 }, { writer, out[0], POLLER, 0, 1 } };
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, run, &hops[i])) return 1;
    }
    enter(TAP);
    while (rounds < MOST) {
        char byte = 0;
        struct pollfd end = { .fd = 0, .events = POLLIN };
        if (poll(&end, 1, (int)(period_us / 1000)) > 0) break;
        int64_t begun = now_ns();
        if (write(in[0], &byte, 1) != 1 || read(out[1], &byte, 1) != 1) return 1;
        took[rounds++] = now_ns() - begun;
    }
    for (int i = 0; i < rounds; i++) printf("%lld\n", (long long)took[i]);
    return 0;
}
