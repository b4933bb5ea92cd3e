#define NCURSES_WIDECHAR 1
#define _GNU_SOURCE
#include "CTerminal.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <wchar.h>

// term.h's macros (`lines`, `columns`, ...) break plain code, so its few functions are declared by hand.
extern int setupterm(const char *, int, int *);
extern char *tigetstr(const char *);
extern char *tparm(const char *, ...);

// Above every code that ncurses gives to extended key names.
enum { PASTE_BEGAN = 0x4000, PASTE_ENDED = 0x4001 };

static SCREEN *screen;
static WINDOW *input;
static curses_options chosen;
static bool utf8;
static char title_now[2048];

bool curses_use_locale(void) {
    if (!setlocale(LC_CTYPE, "")) {
        // The locale named is not installed; its name still says what the terminal reads.
        const char *named = getenv("LC_ALL");
        if (!named || !*named) named = getenv("LC_CTYPE");
        if (!named || !*named) named = getenv("LANG");
        if (named && (strcasestr(named, "utf-8") || strcasestr(named, "utf8"))) setlocale(LC_CTYPE, "C.UTF-8");
    }
    utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return utf8;
}

// A capability, or an empty text.
static const char *capability(const char *name) {
    const char *text = tigetstr(name);
    return text && text != (const char *)-1 ? text : "";
}

// Appends without terminfo's padding marks, which only tputs understands.
static size_t append(char *to, size_t at, size_t room, const char *text) {
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
static bool title_needs_keeping(void) { return chosen.titles && !strstr(capability("smcup"), "\033[22;"); }

// What gives the terminal back, composed beforehand because a crash handler can ask no one.
static void compose_leave_sequence(void) {
    char bytes[512];
    size_t at = 0;
    const char *csr = capability("csr"), *cup = capability("cup");
    if (*csr) at = append(bytes, at, sizeof bytes, tparm(csr, 0L, (long)LINES - 1, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    if (*cup) at = append(bytes, at, sizeof bytes, tparm(cup, (long)LINES - 1, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    if (chosen.bracketed_paste) at = append(bytes, at, sizeof bytes, "\033[?2004l");
    if (chosen.mouse) at = append(bytes, at, sizeof bytes, "\033[?1006;1000l");
    if (title_needs_keeping()) at = append(bytes, at, sizeof bytes, "\033[23;2t");
    at = append(bytes, at, sizeof bytes, capability("rmkx"));
    at = append(bytes, at, sizeof bytes, capability("sgr0"));
    at = append(bytes, at, sizeof bytes, capability("cnorm"));
    at = append(bytes, at, sizeof bytes, capability("rmcup"));
    at = append(bytes, at, sizeof bytes, "\r\n");
    tty_set_leave_sequence(bytes, at);
}

// Straight to the terminal: ncurses has sent everything of its own whenever this is called, and putp would keep the
// bytes in stdio's buffer.
static void send_bytes(const char *bytes) {
    size_t left = strlen(bytes);
    while (left > 0) {
        ssize_t sent = write(STDOUT_FILENO, bytes, left);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;
        bytes += sent;
        left -= (size_t)sent;
    }
}

static void switch_modes(bool on) {
    if (chosen.bracketed_paste) send_bytes(on ? "\033[?2004h" : "\033[?2004l");
    if (title_needs_keeping()) send_bytes(on ? "\033[22;2t" : "\033[23;2t");
    title_now[0] = 0;
}

int curses_begin(curses_options options) {
    int problem = 0;
    if (setupterm(NULL, STDOUT_FILENO, &problem) != OK) {
        return problem == 1 ? CURSES_CANNOT_PLACE_CURSOR : CURSES_UNKNOWN_TERMINAL;
    }
    if (!*capability("cup") || !*capability("clear")) return CURSES_CANNOT_PLACE_CURSOR;
    chosen = options;
    use_tioctl(TRUE);
    screen = newterm(NULL, stdout, stdin);
    if (!screen) return CURSES_UNKNOWN_TERMINAL;
    // Keys are read through a pad: reading from stdscr would refresh it.
    input = newpad(1, 1);
    if (!input) {
        endwin();
        delscreen(screen);
        screen = NULL;
        return CURSES_NO_MEMORY;
    }
    raw();
    noecho();
    nonl();
    set_escdelay(25);
    typeahead(-1);
    keypad(input, TRUE);
    nodelay(input, TRUE);
    idlok(stdscr, TRUE);
    // Inserting and deleting characters moves halves of wide ones on some terminals.
    idcok(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    define_key("\033[200~", PASTE_BEGAN);
    define_key("\033[201~", PASTE_ENDED);
    if (chosen.mouse) {
        mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
        mouseinterval(0);
    }
    if (chosen.colors && has_colors()) {
        start_color();
        use_default_colors();
    } else {
        chosen.colors = false;
    }
    switch_modes(true);
    compose_leave_sequence();
    return CURSES_STARTED;
}

void curses_leave(void) {
    if (!screen) return;
    switch_modes(false);
    endwin();
}

void curses_resume(void) {
    if (!screen) return;
    erase();
    clearok(curscr, TRUE);
    refresh();
    switch_modes(true);
}

void curses_end(void) {
    if (!screen) return;
    if (!isendwin()) curses_leave();
    delwin(input);
    delscreen(screen);
    input = NULL;
    screen = NULL;
}

int curses_color_count(void) { return chosen.colors ? COLORS : 0; }

void curses_size(int *columns, int *rows) {
    if (screen) getmaxyx(stdscr, *rows, *columns);
}

void curses_resize(int columns, int rows) {
    if (!screen || columns < 1 || rows < 1) return;
    resize_term(rows, columns);
    // resize_term alone leaves remains in tmux after shrinking.
    clearok(curscr, TRUE);
    compose_leave_sequence();
}

void curses_forget_screen(void) {
    if (screen) clearok(curscr, TRUE);
}

static attr_t attributes_of(uint32_t bits) {
    attr_t attributes = A_NORMAL;
    if (bits & CURSES_BOLD) attributes |= WA_BOLD;
    if (bits & CURSES_DIM) attributes |= WA_DIM;
    if (bits & CURSES_ITALIC) attributes |= WA_ITALIC;
    if (bits & CURSES_UNDERLINE) attributes |= WA_UNDERLINE;
    if (bits & CURSES_REVERSE) attributes |= WA_REVERSE;
    return attributes;
}

static int pair_of(int foreground, int background) {
    static int last_foreground, last_background, last_pair;
    // alloc_pair crashes on a terminal without colours.
    if (!chosen.colors || (foreground < 0 && background < 0)) return 0;
    if (foreground != last_foreground || background != last_background || last_pair <= 0) {
        // Asked again in every run: alloc_pair gives a pair that was not asked for lately to other colours.
        last_pair = alloc_pair(foreground, background);
        last_foreground = foreground;
        last_background = background;
    }
    return last_pair > 0 ? last_pair : 0;
}

static cchar_t character(const wchar_t *text, attr_t attributes, int pair) {
    cchar_t made;
    memset(&made, 0, sizeof made);
    setcchar(&made, text, attributes, (short)(pair > 32767 ? 32767 : pair), &pair);
    return made;
}

void curses_put(int x, int y, const curses_cell *cells, int count) {
    if (!screen || count < 1 || x < 0 || y < 0 || x >= COLS || y >= LINES) return;
    cchar_t *line = malloc(sizeof(cchar_t) * (size_t)count * 2);
    if (!line) return;
    const wchar_t unknown = utf8 ? 0xFFFD : L'?';
    int made = 0;
    for (int i = 0; i < count; i++) {
        const curses_cell *cell = &cells[i];
        attr_t attributes = attributes_of(cell->attributes);
        int pair = pair_of(cell->foreground, cell->background);
        wchar_t text[6] = {0};
        int columns = wcwidth((wchar_t)cell->scalars[0]);
        if (columns < 1 || columns > cell->columns) {
            // What glibc does not know would be dropped or misplaced by ncurses.
            text[0] = unknown;
            columns = 1;
        } else {
            text[0] = (wchar_t)cell->scalars[0];
            for (int mark = 1, length = 1; mark < 5 && cell->scalars[mark]; mark++) {
                if (wcwidth((wchar_t)cell->scalars[mark]) == 0) text[length++] = (wchar_t)cell->scalars[mark];
            }
        }
        line[made++] = character(text, attributes, pair);
        if (columns < cell->columns) line[made++] = character(L" ", attributes, pair);
    }
    mvadd_wchnstr(y, x, line, made);
    free(line);
}

void curses_allow_scrolling(bool allowed) {
    if (screen) idlok(stdscr, allowed);
}

void curses_send(void) {
    if (screen) refresh();
}

void curses_send_then_place(int x, int y) {
    if (!screen || x < 0 || y < 0 || x >= COLS || y >= LINES) return;
    move(y, x);
    refresh();
    // ncurses believes that the cursor is there already; mvcur would go through stdio's buffer.
    char bytes[64];
    size_t at = append(bytes, 0, sizeof bytes, tparm(capability("cup"), (long)y, (long)x, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    bytes[at] = 0;
    send_bytes(bytes);
}

void curses_refresh(int cursor_x, int cursor_y) {
    if (!screen) return;
    bool visible = cursor_x >= 0 && cursor_y >= 0 && cursor_x < COLS && cursor_y < LINES;
    if (visible) move(cursor_y, cursor_x);
    curs_set(visible ? 1 : 0);
    refresh();
}

void curses_set_title(const char *title) {
    if (!screen || !chosen.titles || strcmp(title, title_now) == 0) return;
    if (strlen(title) >= sizeof title_now) return;
    strcpy(title_now, title);
    send_bytes("\033]2;");
    send_bytes(title);
    send_bytes("\a");
}

void curses_copy(const char *base64) {
    if (!screen) return;
    send_bytes("\033]52;c;");
    send_bytes(base64);
    send_bytes("\a");
    fflush(stdout);
}

static curses_input mouse(void) {
    MEVENT event;
    if (getmouse(&event) != OK) return (curses_input){.kind = CURSES_IGNORED};
    curses_input made = {.kind = CURSES_IGNORED, .x = event.x, .y = event.y};
    if (event.bstate & BUTTON4_PRESSED) {
        made.kind = CURSES_WHEEL;
        made.value = -1;
    } else if (event.bstate & BUTTON5_PRESSED) {
        made.kind = CURSES_WHEEL;
        made.value = 1;
    } else if (event.bstate & BUTTON1_PRESSED) {
        made.kind = CURSES_CLICK;
    }
    return made;
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
    case KEY_MOUSE: return mouse();
    case PASTE_BEGAN: return (curses_input){.kind = CURSES_PASTE_BEGAN};
    case PASTE_ENDED: return (curses_input){.kind = CURSES_PASTE_ENDED};
    default: return (curses_input){.kind = CURSES_IGNORED};
    }
}
