#define _GNU_SOURCE
#include "CTestSupport.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

bool pseudo_terminal_open(int columns, int rows, int *controller, int *side) {
    int one = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (one < 0) return false;
    char name[128];
    int other = -1;
    if (grantpt(one) == 0 && unlockpt(one) == 0 && ptsname_r(one, name, sizeof name) == 0) {
        other = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
    if (other < 0) {
        close(one);
        return false;
    }
    *controller = one;
    *side = other;
    return pseudo_terminal_resize(one, columns, rows);
}

bool pseudo_terminal_resize(int controller, int columns, int rows) {
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    return ioctl(controller, TIOCSWINSZ, &size) == 0;
}

pid_t pseudo_terminal_start(
    int side, const char *path, char *const arguments[], char *const environment[], int not_terminal,
    bool ignores_hang_up) {
    pid_t process = fork();
    if (process != 0) return process;
    // Between fork and exec only what is async-signal-safe: the tests have many threads.
    setsid();
    ioctl(side, TIOCSCTTY, 0);
    int nothing = open("/dev/null", O_RDWR);
    dup2(not_terminal & 1 ? nothing : side, 0);
    dup2(not_terminal & 2 ? nothing : side, 1);
    dup2(side, 2);
    if (nothing > 2) close(nothing);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int signal = 1; signal < 32; signal++) {
        struct sigaction plain = {.sa_handler = SIG_DFL};
        sigaction(signal, &plain, NULL);
    }
    if (ignores_hang_up) signal(SIGHUP, SIG_IGN);
    execve(path, arguments, environment);
    _exit(127);
}

int process_descriptor(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int accept_connection(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }
