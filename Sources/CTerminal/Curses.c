#define NCURSES_WIDECHAR 1
#define _GNU_SOURCE
#include "Session.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

// Above every code that ncurses gives to extended key names.
enum { PASTE_BEGAN = 0x4000, PASTE_ENDED = 0x4001 };

static SCREEN *screen;
static WINDOW *input;
struct session session;
// The terminal is being given back: it gets half a second where a frame is simply dropped.
static bool is_leaving, hurries, is_stuck;

bool curses_use_locale(void) {
    if (!setlocale(LC_CTYPE, "")) {
        // The locale named is not installed; its name still says what the terminal reads.
        const char *named = getenv("LC_ALL");
        if (!named || !*named) named = getenv("LC_CTYPE");
        if (!named || !*named) named = getenv("LANG");
        if (named && (strcasestr(named, "utf-8") || strcasestr(named, "utf8"))) setlocale(LC_CTYPE, "C.UTF-8");
    }
    session.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return session.utf8;
}

// A capability, or an empty text.
const char *session_capability(const char *name) {
    const char *text = tigetstr(name);
    return text && text != (const char *)-1 ? text : "";
}

// Appends without terminfo's padding marks, which only tputs understands.
size_t session_append(char *to, size_t at, size_t room, const char *text) {
    while (*text && at + 1 < room) {
        if (text[0] == '$' && text[1] == '<') {
            const char *end = strchr(text, '>');
            if (end) {
                text = end + 1;
                continue;
            }
        }
        to[at++] = *text++;
    }
    return at;
}

// The alternate screen of some entries keeps the title too.
static bool title_needs_keeping(void) { return session.chosen.titles && !strstr(session_capability("smcup"), "\033[22;"); }

// What gives the terminal back, composed beforehand because a crash handler can ask no one.
static void compose_leave_sequence(void) {
    char bytes[512];
    size_t at = 0;
    const char *csr = session_capability("csr"), *cup = session_capability("cup");
    if (*csr) at = session_append(bytes, at, sizeof bytes, tparm(csr, 0L, (long)LINES - 1, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    if (*cup) at = session_append(bytes, at, sizeof bytes, tparm(cup, (long)LINES - 1, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    if (session.chosen.bracketed_paste) at = session_append(bytes, at, sizeof bytes, "\033[?2004l");
    if (session.chosen.mouse) at = session_append(bytes, at, sizeof bytes, "\033[?1006;1000l");
    if (title_needs_keeping()) at = session_append(bytes, at, sizeof bytes, "\033[23;2t");
    at = session_append(bytes, at, sizeof bytes, session_capability("rmkx"));
    at = session_append(bytes, at, sizeof bytes, session_capability("sgr0"));
    at = session_append(bytes, at, sizeof bytes, session_capability("cnorm"));
    at = session_append(bytes, at, sizeof bytes, session_capability("rmcup"));
    at = session_append(bytes, at, sizeof bytes, "\r\n");
    tty_set_leave_sequence(bytes, at);
}

// What the kernel has room for when it calls a terminal writable.
enum { SURE_ROOM = 256 };

static void open_output(void) {
    // Standard output's own description is the shell's too, which would not know what to do with one that never blocks.
    session.output = open("/proc/self/fd/1", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    session.blocks = session.output < 0;
    if (session.blocks) session.output = STDOUT_FILENO;
    session.cut = is_leaving = is_stuck = false;
}

static void close_output(void) {
    if (!session.blocks) close(session.output);
    session.output = STDOUT_FILENO;
    session.blocks = true;
}

bool session_await_room(void) {
    if (is_stuck) return false;
    if (!(is_leaving && hurries) && tty_await_room(session.output)) return true;
    if (!is_leaving) return false;
    is_stuck = !tty_make_room(session.output, &session.cut);
    return !is_stuck;
}

static bool send_all(const char *bytes, size_t left) {
    while (left > 0) {
        if (session.blocks && !session_await_room()) return false;
        ssize_t sent = write(session.output, bytes, session.blocks && left > SURE_ROOM ? SURE_ROOM : left);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) {
            if (!session_await_room()) return false;
            // What was sent before may have been dropped meanwhile: then the rest makes no sense.
            if (session.cut) return false;
            continue;
        }
        if (sent <= 0) return false;
        bytes += sent;
        left -= (size_t)sent;
    }
    return true;
}

// Straight to the terminal: ncurses has sent everything of its own whenever this is called, and putp would keep the
// bytes in stdio's buffer.
bool session_send(const char *bytes, size_t length) {
    if (length == 0) return true;
    if (session.cut) {
        session.cut = false;
        if (!send_all(TTY_CANCEL, strlen(TTY_CANCEL))) {
            session.cut = true;
            return false;
        }
    }
    if (send_all(bytes, length)) return true;
    session.cut = true;
    return false;
}

static void send_bytes(const char *bytes) { session_send(bytes, strlen(bytes)); }

static void switch_modes(bool on) {
    if (session.chosen.bracketed_paste) send_bytes(on ? "\033[?2004h" : "\033[?2004l");
    // Presses and the wheel, in the report form without a last column where the terminal has it.
    if (session.chosen.mouse) send_bytes(on ? "\033[?1006;1000h" : "\033[?1006;1000l");
    if (title_needs_keeping()) send_bytes(on ? "\033[22;2t" : "\033[23;2t");
}

// By ncurses, which also comes back from `endwin` by it.
void session_clear_screen(void) {
    frame_send_plain();
    erase();
    clearok(curscr, TRUE);
    refresh();
}

int curses_begin(curses_options options) {
    int problem = 0;
    if (setupterm(NULL, STDOUT_FILENO, &problem) != OK) {
        return problem == 1 ? CURSES_CANNOT_PLACE_CURSOR : CURSES_UNKNOWN_TERMINAL;
    }
    if (!*session_capability("cup") || !*session_capability("clear")) return CURSES_CANNOT_PLACE_CURSOR;
    session.chosen = options;
    open_output();
    use_tioctl(TRUE);
    screen = newterm(NULL, stdout, stdin);
    if (!screen) {
        close_output();
        return CURSES_UNKNOWN_TERMINAL;
    }
    session.open = true;
    // Keys are read through a pad: reading from stdscr would refresh it.
    input = newpad(1, 1);
    if (!input) {
        endwin();
        delscreen(screen);
        screen = NULL;
        session.open = false;
        close_output();
        return CURSES_NO_MEMORY;
    }
    frame_begin();
    raw();
    noecho();
    nonl();
    set_escdelay(25);
    typeahead(-1);
    keypad(input, TRUE);
    nodelay(input, TRUE);
    define_key("\033[200~", PASTE_BEGAN);
    define_key("\033[201~", PASTE_ENDED);
    // ncurses would wait for the rest of a report that was cut off, deaf to signals, and spin when the terminal is gone.
    define_key(NULL, KEY_MOUSE);
    if (session.chosen.colors && has_colors() && *session_capability("setaf") && *session_capability("setab")) {
        start_color();
        use_default_colors();
    } else {
        session.chosen.colors = false;
    }
    session_clear_screen();
    switch_modes(true);
    compose_leave_sequence();
    return CURSES_STARTED;
}

void curses_leave(void) {
    if (!screen) return;
    is_leaving = true;
    // All of it together is less than there is room for; ncurses would wait for the terminal as long as it takes.
    bool has_room = session_await_room();
    frame_forget();
    switch_modes(false);
    if (has_room) endwin();
}

void curses_resume(void) {
    if (!screen) return;
    is_leaving = is_stuck = false;
    if (!session_await_room()) return;
    session_clear_screen();
    switch_modes(true);
}

void curses_end(bool hurrying) {
    if (!screen) return;
    hurries = hurrying;
    if (!isendwin()) curses_leave();
    delwin(input);
    delscreen(screen);
    input = NULL;
    screen = NULL;
    session.open = false;
    hurries = false;
    close_output();
}

int curses_color_count(void) { return session.chosen.colors ? COLORS : 0; }

void curses_size(int *columns, int *rows) {
    if (screen) getmaxyx(stdscr, *rows, *columns);
}

void curses_resize(int columns, int rows) {
    if (!screen || columns < 1 || rows < 1) return;
    resize_term(rows, columns);
    // resize_term alone leaves remains in tmux after shrinking.
    curses_wipe();
    compose_leave_sequence();
}

void curses_copy(const char *base64) {
    if (!screen) return;
    send_bytes("\033]52;c;");
    send_bytes(base64);
    send_bytes("\a");
    fflush(stdout);
}

static curses_input key(curses_key value) { return (curses_input){.kind = CURSES_KEY, .value = (int)value}; }

curses_input curses_read(void) {
    if (!screen) return (curses_input){.kind = CURSES_NOTHING};
    int code = wgetch(input);
    if (code == ERR) return (curses_input){.kind = CURSES_NOTHING};
    if (code < 256) return (curses_input){.kind = CURSES_BYTE, .value = code};
    if (code >= KEY_F(1) && code <= KEY_F(63)) {
        return (curses_input){.kind = CURSES_FUNCTION_KEY, .value = code - KEY_F(0)};
    }
    switch (code) {
    case KEY_UP: return key(CURSES_KEY_UP);
    case KEY_DOWN: return key(CURSES_KEY_DOWN);
    case KEY_LEFT: return key(CURSES_KEY_LEFT);
    case KEY_RIGHT: return key(CURSES_KEY_RIGHT);
    case KEY_HOME: return key(CURSES_KEY_HOME);
    case KEY_FIND: return key(CURSES_KEY_HOME);
    case KEY_END: return key(CURSES_KEY_END);
    case KEY_SELECT: return key(CURSES_KEY_END);
    case KEY_PPAGE: return key(CURSES_KEY_PAGE_UP);
    case KEY_NPAGE: return key(CURSES_KEY_PAGE_DOWN);
    case KEY_IC: return key(CURSES_KEY_INSERT);
    case KEY_DC: return key(CURSES_KEY_DELETE);
    case KEY_BACKSPACE: return key(CURSES_KEY_BACKSPACE);
    case KEY_ENTER: return key(CURSES_KEY_ENTER);
    case KEY_BTAB: return key(CURSES_KEY_BACK_TAB);
    case PASTE_BEGAN: return (curses_input){.kind = CURSES_PASTE_BEGAN};
    case PASTE_ENDED: return (curses_input){.kind = CURSES_PASTE_ENDED};
    default: return (curses_input){.kind = CURSES_IGNORED};
    }
}
