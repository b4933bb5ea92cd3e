#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/// Returns the process, or -1 with errno.
static pid_t start(char *const arguments[], bool has_terminal) {
    posix_spawn_file_actions_t streams;
    posix_spawnattr_t how;
    int problem = posix_spawn_file_actions_init(&streams);
    if (problem) {
        errno = problem;
        return -1;
    }
    problem = posix_spawnattr_init(&how);
    if (problem) {
        posix_spawn_file_actions_destroy(&streams);
        errno = problem;
        return -1;
    }
    for (int stream = 0; stream < 3 && !has_terminal; stream++) {
        posix_spawn_file_actions_addopen(&streams, stream, "/dev/null", O_RDWR, 0);
    }
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setsigmask(&how, &none);
    // In a session of its own it outlives the terminal, and ^C in the terminal is not for it. With the terminal it stays
    // in our group: one of its own would be in the background there.
    short session = has_terminal ? 0 : POSIX_SPAWN_SETSID;
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | session);
    pid_t process;
    problem = posix_spawnp(&process, arguments[0], &streams, &how, arguments, environ);
    posix_spawn_file_actions_destroy(&streams);
    posix_spawnattr_destroy(&how);
    if (problem) {
        errno = problem;
        return -1;
    }
    return process;
}

int program_run(char *const arguments[]) {
    pid_t process = start(arguments, false);
    if (process < 0) return -1;
    int status;
    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR) return -1;
    }
    return status;
}

int program_run_in_terminal(char *const arguments[]) {
    pid_t process = start(arguments, true);
    if (process < 0) return -1;
    while (true) {
        int status;
        if (waitpid(process, &status, WUNTRACED) < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        if (!WIFSTOPPED(status)) return status;
        // The shell takes the terminal back only when we are stopped too.
        tty_stop();
        kill(process, SIGCONT);
    }
}
