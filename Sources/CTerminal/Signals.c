#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct termios modes;
static atomic_bool modes_known;

static const int told[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGCONT, SIGTSTP, SIGQUIT, SIGPIPE};
// Nobody means the reader by these, but their default action would end it and leave the terminal as it is.
static const int stray[] = {
    SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGVTALRM, SIGPROF, SIGPOLL, SIGPWR, SIGSTKFLT,
};
static const int crashes[] = {SIGSEGV, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGTRAP, SIGSYS};
enum {
    TOLD = sizeof told / sizeof *told,
    STRAY = sizeof stray / sizeof *stray,
    CRASHES = sizeof crashes / sizeof *crashes,
};

static struct sigaction told_before[TOLD], stray_before[STRAY], crashes_before[CRASHES];
static bool installed;
static atomic_ullong pending;
static atomic_int bell = -1;

static char leave[512];
static atomic_size_t leave_length;
static atomic_bool armed;

bool tty_await_foreground(void) {
    struct sigaction before, plain = {.sa_handler = SIG_DFL};
    sigaction(SIGTTOU, &plain, &before);
    // The kernel stops a background process group that asks for this, until it is continued in the foreground. Unlike
    // tcsetattr it changes nothing, and the modes that stand now may be those of another program.
    int result;
    do result = tcdrain(STDIN_FILENO);
    while (result != 0 && errno == EINTR);
    sigaction(SIGTTOU, &before, NULL);
    return result == 0;
}

bool tty_save_modes(void) {
    if (tcgetattr(STDIN_FILENO, &modes) != 0) return false;
    atomic_store(&modes_known, true);
    return true;
}

void tty_restore_modes(void) {
    if (atomic_load(&modes_known)) tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

static void note(int signal) {
    int saved = errno;
    atomic_fetch_or(&pending, 1ull << signal);
    wakeup_signal(atomic_load(&bell));
    errno = saved;
}

bool tty_make_room(int terminal, bool *dropped) {
    struct pollfd watched = {.fd = terminal, .events = POLLOUT};
    struct timespec patience = {.tv_nsec = 500 * 1000 * 1000};
    // No signal may cut this short or draw it out.
    sigset_t all;
    sigfillset(&all);
    if (ppoll(&watched, 1, &patience, &all) > 0) return true;
    *dropped = true;
    tcflush(terminal, TCOFLUSH);
    return poll(&watched, 1, 0) > 0;
}

static void crash(int signal) {
    // Once: a second thread that crashes meanwhile finds nothing left to do.
    if (atomic_exchange(&armed, false)) {
        bool dropped = false;
        bool has_room = tty_make_room(STDOUT_FILENO, &dropped);
        if (has_room && dropped) has_room = write(STDOUT_FILENO, TTY_CANCEL, sizeof TTY_CANCEL - 1) > 0;
        const char *bytes = leave;
        size_t left = has_room ? atomic_load(&leave_length) : 0;
        while (left > 0) {
            ssize_t sent = write(STDOUT_FILENO, bytes, left);
            if (sent <= 0) break;
            bytes += sent;
            left -= (size_t)sent;
        }
        tty_restore_modes();
        tty_spill_captured_errors();
    }
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigaction(signal, &plain, NULL);
    raise(signal);
}

int tty_begin_signals(void) {
    if (installed) return atomic_load(&bell);
    int descriptor = wakeup_open();
    if (descriptor < 0) return -1;
    atomic_store(&bell, descriptor);
    atomic_store(&pending, 0);
    struct sigaction action = {.sa_flags = SA_RESTART};
    for (int i = 0; i < TOLD; i++) {
        sigaction(told[i], NULL, &told_before[i]);
        // Who was started by nohup, or by a shell without job control, stays deaf to these.
        bool deaf = (told[i] == SIGHUP || told[i] == SIGTSTP) && told_before[i].sa_handler == SIG_IGN;
        if (deaf) continue;
        action.sa_handler = told[i] == SIGPIPE ? SIG_IGN : note;
        sigaction(told[i], &action, NULL);
    }
    // A stack overflow leaves no room for its handler but here. For the thread that calls, the one that draws.
    static char room[64 * 1024];
    stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    sigaltstack(&stack, NULL);
    for (int i = 0; i < STRAY; i++) {
        sigaction(stray[i], NULL, &stray_before[i]);
        // Whoever takes or ignores one of them, such as a profiler, has a use for it.
        if ((stray_before[i].sa_flags & SA_SIGINFO) || stray_before[i].sa_handler != SIG_DFL) continue;
        action.sa_handler = note;
        sigaction(stray[i], &action, NULL);
    }
    struct sigaction last = {.sa_handler = crash, .sa_flags = SA_ONSTACK};
    for (int i = 0; i < CRASHES; i++) sigaction(crashes[i], &last, &crashes_before[i]);
    installed = true;
    return descriptor;
}

void tty_end_signals(void) {
    if (!installed) return;
    for (int i = 0; i < TOLD; i++) {
        // A write to a pipe that is gone after the reader left must not kill either: SIGPIPE stays ignored.
        if (told[i] != SIGPIPE) sigaction(told[i], &told_before[i], NULL);
    }
    for (int i = 0; i < STRAY; i++) sigaction(stray[i], &stray_before[i], NULL);
    for (int i = 0; i < CRASHES; i++) sigaction(crashes[i], &crashes_before[i], NULL);
    int descriptor = atomic_exchange(&bell, -1);
    wakeup_close(descriptor);
    installed = false;
}

uint64_t tty_ending_signals(void) {
    uint64_t endings = 1ull << SIGTERM | 1ull << SIGHUP | 1ull << SIGQUIT;
    for (int i = 0; i < STRAY; i++) endings |= 1ull << stray[i];
    return endings;
}

bool tty_await_room(int terminal) {
    int descriptor = atomic_load(&bell);
    bool has_room = false;
    while (true) {
        // Taken away before the look, so that a signal after it rings again; it is put back for those who wait for others.
        wakeup_clear(descriptor);
        if (atomic_load(&pending) & tty_ending_signals()) break;
        struct pollfd watched[2] = {
            {.fd = terminal, .events = POLLOUT},
            {.fd = descriptor, .events = POLLIN},
        };
        if (poll(watched, 2, -1) < 0) {
            if (errno == EINTR) continue;
            break;
        }
        if (watched[0].revents) {
            has_room = true;
            break;
        }
    }
    if (atomic_load(&pending)) wakeup_signal(descriptor);
    return has_room;
}

uint64_t tty_take_signals(void) {
    wakeup_clear(atomic_load(&bell));
    return atomic_exchange(&pending, 0);
}

bool tty_stop(void) {
    struct sigaction now, plain = {.sa_handler = SIG_DFL};
    sigaction(SIGTSTP, NULL, &now);
    if (now.sa_handler == SIG_IGN) return false;
    sigaction(SIGTSTP, &plain, NULL);
    // The whole group, as the terminal's own ^Z does: a script that started us must stop too.
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &now, NULL);
    return true;
}

void tty_die_by_signal(int signal) {
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigaction(signal, &plain, NULL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    raise(signal);
    // The default action of this signal was not to end.
    _exit(128 + signal);
}

void tty_set_leave_sequence(const char *bytes, size_t length) {
    atomic_store(&leave_length, 0);
    if (length > sizeof leave) length = sizeof leave;
    memcpy(leave, bytes, length);
    atomic_store(&leave_length, length);
}

void tty_arm_crash_guard(bool on) { atomic_store(&armed, on); }
