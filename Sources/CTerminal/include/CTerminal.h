// CTerminal.h is the front door of CTerminal: plain functions over ncurses, signals and descriptors, no policy.
// It never includes curses.h: its macros and globals do not survive Swift's importer.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Drawing (Curses.c). One thread only.

enum {
    CURSES_BOLD = 1,
    CURSES_DIM = 2,
    CURSES_ITALIC = 4,
    CURSES_UNDERLINE = 8,
    CURSES_REVERSE = 16
};

/// One character of the screen: a base and at most four marks, ended by 0 when there are fewer.
typedef struct {
    uint32_t scalars[5];
    /// 1 or 2. Where glibc gives the base another width, blanks or U+FFFD keep the columns right.
    int32_t columns;
    /// -1 is the terminal's own colour, else an index of its palette (0xRRGGBB on a direct-colour terminal).
    int32_t foreground;
    int32_t background;
    uint32_t attributes;
} curses_cell;

enum {
    CURSES_STARTED = 0,
    CURSES_UNKNOWN_TERMINAL = 1,
    CURSES_CANNOT_PLACE_CURSOR = 2,
    CURSES_NO_MEMORY = 3
};

typedef struct {
    bool colors;
    bool mouse;
    bool bracketed_paste;
    bool titles;
} curses_options;

/// Takes LC_CTYPE from the environment. True when text goes out as UTF-8.
bool curses_use_locale(void);

/// Enters the alternate screen on standard input and output. Returns one of the values above.
int curses_begin(curses_options options);
/// Leaves the screen and frees everything; the next call may be curses_begin. With `hurries` a terminal that does not
/// read is waited for no longer than tty_make_room does; without, only until a signal asks to end.
void curses_end(bool hurries);
/// Leaves the screen for a while; curses_resume comes back to a blank screen.
void curses_leave(void);
void curses_resume(void);

/// Colours that the terminal has: 0, 8, 16, 256 or 16777216. 0 when colours were not asked for.
int curses_color_count(void);
void curses_size(int *columns, int *rows);
void curses_resize(int columns, int rows);

/// The next frame begins with an empty screen: terminal's own background everywhere.
void curses_wipe(void);
/// Adds cells to the next frame: `count` cells from a place on, never past the right edge. Without `is_new_place` the
/// cursor stands on the row already and is brought to column `x`, wherever on the row the terminal believes it is.
void curses_put(int x, int y, bool is_new_place, const curses_cell *cells, int count);
/// Whether the terminal can move rows.
bool curses_can_scroll(void);
/// Adds to the next frame: the rows from `top` to `bottom` go up by so many (down when negative), empty ones follow.
void curses_scroll(int top, int bottom, int up);
/// Sends the frame, in one write if the terminal takes it, with the hardware cursor at a place; a negative x hides it.
/// False when memory was short and nothing was sent, or when a signal that asks to end came while the terminal did not
/// read: what is on the screen then is not known.
bool curses_show(int cursor_x, int cursor_y);
/// Adds to the next frame. UTF-8, no control characters. Ignored without the option `titles`.
void curses_set_title(const char *title);
/// Puts text, given in base64, into the terminal's clipboard (OSC 52). Terminals that do not know it ignore it.
void curses_copy(const char *base64);

typedef enum {
    CURSES_NOTHING,
    CURSES_BYTE,
    CURSES_KEY,
    CURSES_FUNCTION_KEY,
    CURSES_PASTE_BEGAN,
    CURSES_PASTE_ENDED,
    CURSES_IGNORED
} curses_input_kind;

typedef enum {
    CURSES_KEY_UP,
    CURSES_KEY_DOWN,
    CURSES_KEY_LEFT,
    CURSES_KEY_RIGHT,
    CURSES_KEY_HOME,
    CURSES_KEY_END,
    CURSES_KEY_PAGE_UP,
    CURSES_KEY_PAGE_DOWN,
    CURSES_KEY_INSERT,
    CURSES_KEY_DELETE,
    CURSES_KEY_BACKSPACE,
    CURSES_KEY_ENTER,
    CURSES_KEY_BACK_TAB
} curses_key;

typedef struct {
    curses_input_kind kind;
    /// The byte, the key, or the number of the function key.
    int value;
} curses_input;

/// Reads one thing that is already there; CURSES_NOTHING when nothing is. After an ESC it waits 25 ms for its rest.
curses_input curses_read(void);

// MARK: Signals and the terminal's modes (Signals.c)

/// Returns when the process group is the terminal's foreground group; until then it is stopped in the usual way, with
/// the signals' usual actions. False when there is nobody who could bring it there.
bool tty_await_foreground(void);
/// Remembers the modes of the terminal. False when it is none.
bool tty_save_modes(void);
void tty_restore_modes(void);

/// Installs the handlers and returns a descriptor that becomes readable when a signal came; -1 when none is left.
int tty_begin_signals(void);
/// Puts the earlier handlers back.
void tty_end_signals(void);
/// The signals since the last call: bit n stands for signal n.
uint64_t tty_take_signals(void);
/// Those that ask to end, among them some whose default action alone does.
uint64_t tty_ending_signals(void);
/// Waits until the terminal takes bytes. False when a signal that asks to end has come and was not yet taken.
bool tty_await_room(int terminal);
/// Waits half a second until the terminal takes bytes; then drops what it has not read, which may end in the middle of
/// a sequence, and says so. False when it takes none even so. May be called by the handler of a signal.
bool tty_make_room(int terminal, bool *dropped);
/// Ends whatever sequence the terminal is in (ECMA-48: CAN, then ST).
#define TTY_CANCEL "\030\033\\"
/// Stops the process group as ^Z does; returns when it goes on. False when the parent asked not to be stopped.
bool tty_stop(void);
/// Ends the process by a signal's default action, so that its parent sees why it ended.
_Noreturn void tty_die_by_signal(int signal);

/// What a crash handler writes to give the terminal back; copied.
void tty_set_leave_sequence(const char *bytes, size_t length);
/// While armed, a crash restores the terminal and prints the end of what was captured from standard error.
void tty_arm_crash_guard(bool armed);

/// Runs a program found on PATH and waits for it: a session of its own, all streams /dev/null, signals as at the start.
/// Returns its wait status, or -1 with errno.
int program_run(char *const arguments[]);
/// Runs a program that has the terminal and waits for it: in our process group, signals as at the start. When it is
/// stopped we stop too, as by tty_stop, and it goes on when we do. Returns as program_run.
int program_run_in_terminal(char *const arguments[]);

// MARK: Descriptors (Descriptors.c)

/// Sends standard error to memory, if it is a terminal now.
bool tty_capture_errors(void);
/// Standard error as it was.
void tty_release_errors(void);
/// The end of what was captured since the last tty_capture_errors. Returns bytes.
size_t tty_captured_errors(char *buffer, size_t capacity);
/// Only for the crash handler: releases standard error and writes the end of what was captured there.
void tty_spill_captured_errors(void);

int wakeup_open(void);
void wakeup_signal(int descriptor);
void wakeup_clear(int descriptor);
/// Whether it became readable within so many milliseconds.
bool wakeup_wait(int descriptor, int milliseconds);
void wakeup_close(int descriptor);

enum {
    WAIT_TERMINAL = 1,
    WAIT_GONE = 2,
    WAIT_WOKEN = 4,
    WAIT_SIGNAL = 8,
    WAIT_INTERRUPTED = 16
};

/// Waits until the terminal has input, the wake-up or the signal descriptor is readable, or `timeout` milliseconds
/// passed (negative: for ever). Returns the bits above, 0 for the time-out.
int terminal_wait(int wakeup, int signals, int timeout);

/// Columns and rows from the kernel; false when it does not know them.
bool terminal_size(int *columns, int *rows);
