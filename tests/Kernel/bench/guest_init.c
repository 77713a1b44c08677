/* The first process inside the bench's kernel. The kernel gives it the job's folder as JOB=. It lays a layer in memory
 * over the machine's files, makes the file systems that a program expects, runs the job's command with its output on
 * ttyS0, leaves the exit status in the folder and switches the guest off.
 *
 * A program without libraries, because each start of one that has some costs the guest 50 ms of a processor: as a script
 * of thirty commands this was nine tenths of a boot.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define ROOT "/run/root"

static void switch_off(void) {
    sync();
    reboot(RB_POWER_OFF);
}

/* Standard error is the kernel's console, whose end the bench shows when there is no status. */
static void require(int is_done, const char *what) {
    if (is_done) return;
    fprintf(stderr, "guest: %s: %s\n", what, strerror(errno));
    switch_off();
}

static void make_folder(const char *path, mode_t mode) {
    require(mkdir(path, mode) == 0 || errno == EEXIST, path);
}

static void lay(const char *source, const char *type, const char *at, const char *options) {
    require(mount(source, at, type, 0, options) == 0, at);
}

/* All but the root of the machine's files is the guest's own. */
static void lay_files(const char *job) {
    char path[4096];
    lay("tmpfs", "tmpfs", "/run", "mode=755");
    make_folder("/run/upper", 0755);
    make_folder("/run/work", 0755);
    make_folder(ROOT, 0755);
    lay("overlay", "overlay", ROOT, "lowerdir=/,upperdir=/run/upper,workdir=/run/work");
    lay("proc", "proc", ROOT "/proc", NULL);
    lay("sysfs", "sysfs", ROOT "/sys", NULL);
    lay("devtmpfs", "devtmpfs", ROOT "/dev", NULL);
    lay("tmpfs", "tmpfs", ROOT "/tmp", "mode=1777");
    lay("tmpfs", "tmpfs", ROOT "/run", "mode=755");
    make_folder(ROOT "/dev/pts", 0755);
    make_folder(ROOT "/dev/shm", 0755);
    lay("devpts", "devpts", ROOT "/dev/pts", NULL);
    lay("tmpfs", "tmpfs", ROOT "/dev/shm", "mode=1777");
    lay("configfs", "configfs", ROOT "/sys/kernel/config", NULL);
    /* A folder below /tmp is not there any more. */
    require(snprintf(path, sizeof path, ROOT "%s", job) < (int)sizeof path, "the job's folder");
    for (char *next = strchr(path + strlen(ROOT) + 1, '/'); next; next = strchr(next + 1, '/')) {
        *next = 0;
        make_folder(path, 0755);
        *next = '/';
    }
    make_folder(path, 0755);
    lay("job", "hostfs", path, job);
    require(chroot(ROOT) == 0 && chdir("/") == 0, "chroot");
}

static void write_word(const char *name, const char *word) {
    FILE *file = fopen(name, "w");
    require(file && fprintf(file, "%s\n", word) > 0 && fclose(file) == 0, name);
}

/* A guest that its watchdog restarted begins here again, with the same job. */
static int count_start(void) {
    char word[16];
    int starts = 0;
    FILE *file = fopen("boots", "r");
    if (file) {
        if (fscanf(file, "%d", &starts) != 1) starts = 0;
        fclose(file);
    }
    snprintf(word, sizeof word, "%d", ++starts);
    write_word("boots", word);
    require(setenv("BOOT", word, 1) == 0, "BOOT");
    return starts;
}

static void take_up_loopback(void) {
    struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
    int any = socket(AF_INET, SOCK_DGRAM, 0);
    require(any >= 0 && ioctl(any, SIOCSIFFLAGS, &lo) == 0, "lo");
    close(any);
}

static void run_command(const char *job) {
    struct termios settings;
    char command[4096];
    int nothing = open("/dev/null", O_RDONLY), output = open("/dev/ttyS0", O_WRONLY | O_NOCTTY);
    require(nothing >= 0 && output >= 0 && tcgetattr(output, &settings) == 0, "ttyS0");
    cfmakeraw(&settings);
    require(tcsetattr(output, TCSANOW, &settings) == 0, "ttyS0");
    require(dup2(nothing, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2, "ttyS0");
    close(nothing);
    close(output);
    snprintf(command, sizeof command, "%s/command", job);
    setsid();
    execl("/bin/bash", "bash", command, (char *)NULL);
    _exit(127);
}

int main(void) {
    const char *job = getenv("JOB"), *boots = getenv("BOOTS");
    char word[16];
    int status;
    require(job && boots, "JOB and BOOTS");
    setenv("TERM", "dumb", 1);
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    lay_files(job);
    require(chdir(job) == 0, "the job's folder");
    if (count_start() > atoi(boots)) {
        write_word("status", "restarted");
        switch_off();
    }
    require(sethostname("bench", 5) == 0, "name");
    take_up_loopback();
    pid_t command = fork();
    require(command >= 0, "fork");
    if (command == 0) run_command(job);
    /* Whatever lost its parent is ours to bury. */
    for (pid_t ended = 0; ended != command;) ended = wait(&status);
    /* The status is written by us, so that no output can be taken for it. */
    snprintf(word, sizeof word, "%d", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    write_word("status", word);
    switch_off();
    return 1;
}
