// CTestSupport.h is the front door of CTestSupport: what tests need of the system and Glibc's Swift module
// lacks: pseudo-terminals, accept4, and a count of allocations.
#pragma once
#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

/// Opens a pseudo-terminal of a size. `side` is the program's side, kept open so that its modes can be read after the
/// program ended. False when the system has none left.
bool pseudo_terminal_open(int columns, int rows, int *controller, int *side);
bool pseudo_terminal_resize(int controller, int columns, int rows);

/// Starts a program as the leader of a new session on the pseudo-terminal. Streams named in `not_terminal` (bit 0 is
/// standard input, bit 1 output) are /dev/null instead. With `ignores_hang_up` SIGHUP is ignored, as under nohup.
/// Returns its process id, or -1.
pid_t pseudo_terminal_start(
    int side, const char *path, char *const arguments[], char *const environment[], int not_terminal,
    bool ignores_hang_up);

/// A descriptor that becomes readable when the process ends.
int process_descriptor(pid_t process);

/// accept(2), of which no child process inherits the descriptor.
int accept_connection(int listener);

/// Blocks that this thread asked for since it began. The program's own `malloc` and its relatives stand before the C
/// library's, for the Swift runtime too, and count.
unsigned long allocation_count(void);
