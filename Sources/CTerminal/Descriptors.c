#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int captured = -1;
static int errors_before = -1;

bool tty_capture_errors(void) {
    if (errors_before >= 0 || !isatty(STDERR_FILENO)) return false;
    if (captured >= 0) close(captured);
    // A file of its own: what others write into a log is nothing to show at the end.
    captured = memfd_create("errors", MFD_CLOEXEC);
    if (captured < 0) return false;
    errors_before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (errors_before < 0) return false;
    dup2(captured, STDERR_FILENO);
    return true;
}

void tty_release_errors(void) {
    if (errors_before < 0) return;
    dup2(errors_before, STDERR_FILENO);
    close(errors_before);
    errors_before = -1;
}

size_t tty_captured_errors(char *buffer, size_t capacity) {
    if (captured < 0) return 0;
    off_t end = lseek(captured, 0, SEEK_END);
    off_t from = end > (off_t)capacity ? end - (off_t)capacity : 0;
    ssize_t count = pread(captured, buffer, capacity, from);
    return count > 0 ? (size_t)count : 0;
}

void tty_spill_captured_errors(void) {
    if (errors_before < 0) return;
    static char tail[4096];
    size_t count = tty_captured_errors(tail, sizeof tail);
    dup2(errors_before, STDERR_FILENO);
    // No control character reaches the terminal, whatever a failing library printed.
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)tail[i];
        bool c1 = byte >= 0x80 && byte < 0xA0 && i > 0 && (unsigned char)tail[i - 1] == 0xC2;
        if ((byte < 32 && byte != '\n') || byte == 127 || c1) tail[i] = '?';
    }
    ssize_t sent = write(STDERR_FILENO, tail, count);
    (void)sent;
}

int wakeup_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void wakeup_signal(int descriptor) {
    uint64_t one = 1;
    // Full means that a wake-up is already waiting.
    if (descriptor >= 0 && write(descriptor, &one, sizeof one) < 0) return;
}

void wakeup_clear(int descriptor) {
    uint64_t count;
    // Empty means that nothing woke us.
    if (descriptor >= 0 && read(descriptor, &count, sizeof count) < 0) return;
}

bool wakeup_wait(int descriptor, int milliseconds) {
    struct pollfd watched = {.fd = descriptor, .events = POLLIN};
    // A signal of the process ends the wait as if nothing had come.
    return descriptor >= 0 && poll(&watched, 1, milliseconds) > 0;
}

void wakeup_close(int descriptor) {
    if (descriptor >= 0) close(descriptor);
}

int terminal_wait(int wakeup, int signals, int timeout) {
    struct pollfd watched[3] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = wakeup, .events = POLLIN},
        {.fd = signals, .events = POLLIN},
    };
    int ready = poll(watched, 3, timeout);
    if (ready < 0) return errno == EINTR ? WAIT_INTERRUPTED : WAIT_GONE;
    int result = 0;
    if (watched[0].revents & POLLIN) {
        // Readable with nothing to read is the end of the input: reading on would spin for ever.
        int bytes = 0;
        bool empty = ioctl(STDIN_FILENO, FIONREAD, &bytes) != 0 || bytes == 0;
        result |= empty ? WAIT_GONE : WAIT_TERMINAL;
    }
    if (watched[0].revents & (POLLHUP | POLLERR | POLLNVAL)) result |= WAIT_GONE;
    if (watched[1].revents) result |= WAIT_WOKEN;
    if (watched[2].revents) result |= WAIT_SIGNAL;
    return result;
}

bool terminal_size(int *columns, int *rows) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return true;
}
