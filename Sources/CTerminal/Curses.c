#define NCURSES_WIDECHAR 1
#define _GNU_SOURCE
#include "CTerminal.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <wchar.h>

// term.h's macros (`lines`, `columns`, ...) break plain code, so its few functions are declared by hand.
extern int setupterm(const char *, int, int *);
extern char *tigetstr(const char *);
extern int tigetflag(const char *);
extern int tigetnum(const char *);
extern char *tparm(const char *, ...);

// Above every code that ncurses gives to extended key names.
enum { PASTE_BEGAN = 0x4000, PASTE_ENDED = 0x4001 };

static SCREEN *screen;
static WINDOW *input;
static curses_options chosen;
static bool utf8;
static char title_now[2048];
static const char *to_place, *to_column, *to_foreground, *to_background, *to_own_colors, *to_plain;
static const char *to_attribute[5], *to_erase;
// Blanks from which on erasing takes fewer bytes, also when the cursor has to be placed after them.
static int worth_erasing;
static const char *to_region, *to_scroll_up, *to_scroll_down;
static bool scrolls_at_end, moves_in_plain_only;
// Attributes that the terminal cannot show together with colours.
static uint32_t not_with_colors;
// The next frame begins with an empty screen.
static bool is_wiped;

typedef struct {
    uint32_t attributes;
    int foreground, background;
} ink;
static const ink plain = {0, -1, -1};

// The next frame, which takes one write. ncurses never learns what stands on the screen: it sends both colours and all
// attributes where one differs, and after a cluster that the terminal gives other columns it goes on as if nothing were.
static struct {
    char *bytes;
    size_t length, room;
    // The terminal's ink after them; it stays from one frame to the next.
    ink ink;
    // Memory was short.
    bool lost;
} frame = {.ink = {0, -1, -1}};

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
static void send_all(const char *bytes, size_t left) {
    while (left > 0) {
        ssize_t sent = write(STDOUT_FILENO, bytes, left);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;
        bytes += sent;
        left -= (size_t)sent;
    }
}

static void send_bytes(const char *bytes) { send_all(bytes, strlen(bytes)); }

static void keep(const char *bytes, size_t length) {
    if (frame.length + length > frame.room) {
        size_t room = (frame.length + length) * 2;
        char *grown = realloc(frame.bytes, room);
        if (!grown) {
            frame.lost = true;
            return;
        }
        frame.bytes = grown;
        frame.room = room;
    }
    memcpy(frame.bytes + frame.length, bytes, length);
    frame.length += length;
}

static void keep_capability(const char *text) {
    char bytes[64];
    keep(bytes, append(bytes, 0, sizeof bytes, text));
}

static void keep_ink(ink wanted);

static void keep_place(int x, int y) {
    if (moves_in_plain_only) keep_ink(plain);
    keep_capability(tparm(to_place, (long)y, (long)x, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
}

// Within a row on which the cursor is known to stand.
static void keep_column(int x, int y) {
    if (*to_column) {
        keep_capability(tparm(to_column, (long)x, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    } else {
        keep_place(x, y);
    }
}

static void keep_color(const char *how, int color) {
    keep_capability(tparm(how, (long)color, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
}

// Only what differs: ncurses would send both colours and all attributes again.
static void keep_ink(ink wanted) {
    if (!chosen.colors) wanted.foreground = wanted.background = -1;
    if (wanted.foreground >= 0 || wanted.background >= 0) wanted.attributes &= ~not_with_colors;
    if (frame.ink.attributes & ~wanted.attributes) {
        keep_capability(to_plain);
        frame.ink = plain;
    }
    if ((wanted.foreground < 0 && frame.ink.foreground >= 0) || (wanted.background < 0 && frame.ink.background >= 0)) {
        if (!*to_own_colors) {
            keep_capability(to_plain);
            frame.ink.attributes = 0;
        }
        keep_capability(to_own_colors);
        frame.ink.foreground = frame.ink.background = -1;
    }
    for (int bit = 0; bit < 5; bit++) {
        if (wanted.attributes & ~frame.ink.attributes & (1u << bit)) keep_capability(to_attribute[bit]);
    }
    if (wanted.foreground != frame.ink.foreground) keep_color(to_foreground, wanted.foreground);
    if (wanted.background != frame.ink.background) keep_color(to_background, wanted.background);
    frame.ink = wanted;
}

static void switch_modes(bool on) {
    if (chosen.bracketed_paste) send_bytes(on ? "\033[?2004h" : "\033[?2004l");
    if (title_needs_keeping()) send_bytes(on ? "\033[22;2t" : "\033[23;2t");
    title_now[0] = 0;
}

static void send_plain(void) {
    char bytes[64];
    size_t length = append(bytes, 0, sizeof bytes, to_plain);
    send_all(bytes, length);
}

// By ncurses, which also comes back from `endwin` by it.
static void clear_screen(void) {
    send_plain();
    erase();
    clearok(curscr, TRUE);
    refresh();
    is_wiped = false;
}

static void find_capabilities(void) {
    to_place = capability("cup");
    to_column = capability("hpa");
    to_foreground = capability("setaf");
    to_background = capability("setab");
    to_own_colors = capability("op");
    to_plain = capability("sgr0");
    // Erased cells must have the background that is set.
    to_erase = capability("ech");
    worth_erasing = *to_erase && tigetflag("bce") > 0 ? 11 : INT_MAX;
    // In the order of the bits.
    static const char *const attributes[5] = {"bold", "dim", "sitm", "smul", "rev"};
    for (int bit = 0; bit < 5; bit++) to_attribute[bit] = capability(attributes[bit]);
    to_region = capability("csr");
    to_scroll_up = capability("ind");
    to_scroll_down = capability("ri");
    scrolls_at_end = tigetflag("am") > 0 && tigetflag("xenl") <= 0;
    moves_in_plain_only = tigetflag("msgr") <= 0;
    // Bits of no_color_video, see terminfo(5).
    int unfit = tigetnum("ncv");
    not_with_colors = 0;
    if (unfit > 0) {
        if (unfit & 2) not_with_colors |= CURSES_UNDERLINE;
        if (unfit & 4) not_with_colors |= CURSES_REVERSE;
        if (unfit & 16) not_with_colors |= CURSES_DIM;
        if (unfit & 32) not_with_colors |= CURSES_BOLD;
    }
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
    find_capabilities();
    raw();
    noecho();
    nonl();
    set_escdelay(25);
    typeahead(-1);
    keypad(input, TRUE);
    nodelay(input, TRUE);
    define_key("\033[200~", PASTE_BEGAN);
    define_key("\033[201~", PASTE_ENDED);
    if (chosen.mouse) {
        mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
        mouseinterval(0);
    }
    if (chosen.colors && has_colors() && *to_foreground && *to_background) {
        start_color();
        use_default_colors();
    } else {
        chosen.colors = false;
    }
    clear_screen();
    switch_modes(true);
    compose_leave_sequence();
    return CURSES_STARTED;
}

void curses_leave(void) {
    if (!screen) return;
    send_plain();
    frame.ink = plain;
    switch_modes(false);
    endwin();
}

void curses_resume(void) {
    if (!screen) return;
    clear_screen();
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
    is_wiped = true;
    compose_leave_sequence();
}

void curses_wipe(void) {
    is_wiped = true;
    frame.length = 0;
    frame.ink = plain;
}

// What stands for a cell in a terminal: its base and marks, and whether a blank follows.
typedef struct {
    wchar_t text[6];
    bool blank_follows;
} drawn;

static drawn drawn_form(const curses_cell *cell) {
    drawn made = {0};
    int columns = wcwidth((wchar_t)cell->scalars[0]);
    if (columns < 1 || columns > cell->columns) {
        // The C library does not know it, so the terminal may not either.
        made.text[0] = utf8 ? 0xFFFD : L'?';
        columns = 1;
    } else {
        made.text[0] = (wchar_t)cell->scalars[0];
        for (int mark = 1, length = 1; mark < 5 && cell->scalars[mark]; mark++) {
            if (wcwidth((wchar_t)cell->scalars[mark]) == 0) made.text[length++] = (wchar_t)cell->scalars[mark];
        }
    }
    made.blank_follows = columns < cell->columns;
    return made;
}

static const uint32_t seen_on_blanks = CURSES_UNDERLINE | CURSES_REVERSE;

// How many blanks from here on show nothing but the same background.
static int blanks_alike(const curses_cell *cells, int count) {
    int alike = 0;
    while (alike < count && cells[alike].scalars[0] == L' ' && cells[alike].scalars[1] == 0
        && cells[alike].columns == 1 && !(cells[alike].attributes & seen_on_blanks)
        && cells[alike].background == cells[0].background) alike++;
    return alike;
}

// In whatever foreground and weight the cells before them had.
static void keep_blanks(int background, int count) {
    ink wanted = frame.ink;
    if (wanted.attributes & seen_on_blanks) wanted = plain;
    if (background < 0 && wanted.background >= 0) wanted.foreground = -1;
    wanted.background = background;
    keep_ink(wanted);
    if (count >= worth_erasing) {
        keep_capability(tparm(to_erase, (long)count, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
        return;
    }
    for (int i = 0; i < count; i++) keep(" ", 1);
}

static void keep_cell(const curses_cell *cell) {
    drawn form = drawn_form(cell);
    keep_ink((ink){cell->attributes, cell->foreground, cell->background});
    for (const wchar_t *scalar = form.text; *scalar; scalar++) {
        char bytes[MB_LEN_MAX];
        mbstate_t state = {0};
        size_t length = wcrtomb(bytes, *scalar, &state);
        if (length != (size_t)-1) keep(bytes, length);
    }
    if (form.blank_follows) keep(" ", 1);
}

static bool is_inside(int x, int y) { return screen && x >= 0 && y >= 0 && x < COLS && y < LINES; }

void curses_put(int x, int y, bool is_new_place, const curses_cell *cells, int count) {
    if (!is_inside(x, y) || count < 1) return;
    if (is_new_place) {
        keep_place(x, y);
    } else {
        keep_column(x, y);
    }
    int column = x;
    // Some terminals scroll when the last place of all is written.
    int end = scrolls_at_end && y == LINES - 1 ? COLS - 1 : COLS;
    for (int i = 0; i < count && column + cells[i].columns <= end; i++) {
        int blanks = blanks_alike(&cells[i], count - i);
        if (blanks > 0) {
            if (blanks > end - column) blanks = end - column;
            keep_blanks(cells[i].background, blanks);
            i += blanks - 1;
            column += blanks;
            if (blanks >= worth_erasing && i + 1 < count) keep_column(column, y);
            continue;
        }
        keep_cell(&cells[i]);
        column += cells[i].columns;
    }
}

bool curses_can_scroll(void) { return screen && *to_region && *to_scroll_up && *to_scroll_down; }

void curses_scroll(int top, int bottom, int up) {
    if (!curses_can_scroll() || !is_inside(0, top) || !is_inside(0, bottom)) return;
    keep_ink(plain);
    keep_capability(tparm(to_region, (long)top, (long)bottom, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    keep_place(0, up > 0 ? bottom : top);
    for (int i = 0; i < abs(up); i++) keep_capability(up > 0 ? to_scroll_up : to_scroll_down);
    keep_capability(tparm(to_region, 0L, (long)LINES - 1, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
}

bool curses_show(int cursor_x, int cursor_y) {
    if (!screen) return true;
    // What ncurses itself has to send: the clearing of the screen, whether the cursor is seen.
    bool visible = is_inside(cursor_x, cursor_y);
    curs_set(visible ? 1 : 0);
    if (is_wiped) clear_screen();
    if (visible) keep_place(cursor_x, cursor_y);
    if (!frame.lost) send_all(frame.bytes, frame.length);
    bool complete = !frame.lost;
    frame.length = 0;
    frame.lost = false;
    return complete;
}

void curses_set_title(const char *title) {
    if (!screen || !chosen.titles || strcmp(title, title_now) == 0) return;
    if (strlen(title) >= sizeof title_now) return;
    strcpy(title_now, title);
    keep("\033]2;", 4);
    keep(title, strlen(title));
    keep("\a", 1);
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
