#define NCURSES_WIDECHAR 1
#define _GNU_SOURCE
#include "Session.h"

#include <curses.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

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
// Where the cursor stands since the last frame; beyond the screen when that is not known.
static int cursor_x_now = -1, cursor_y_now = -1;
// Whether it is seen: 0 or 1; -1 when that is not known.
static int cursor_seen_now = -1;
static char title_now[2048];

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

void frame_begin(void) {
    memset(title_now, 0, sizeof title_now);
    frame.ink = plain;
    frame.length = 0;
    to_place = session_capability("cup");
    to_column = session_capability("hpa");
    to_foreground = session_capability("setaf");
    to_background = session_capability("setab");
    to_own_colors = session_capability("op");
    to_plain = session_capability("sgr0");
    // Erased cells must have the background that is set.
    to_erase = session_capability("ech");
    worth_erasing = *to_erase && tigetflag("bce") > 0 ? 11 : INT_MAX;
    // In the order of the bits.
    static const char *const attributes[5] = {"bold", "dim", "sitm", "smul", "rev"};
    for (int bit = 0; bit < 5; bit++) to_attribute[bit] = session_capability(attributes[bit]);
    to_region = session_capability("csr");
    to_scroll_up = session_capability("ind");
    to_scroll_down = session_capability("ri");
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
    keep(bytes, session_append(bytes, 0, sizeof bytes, text));
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
    if (!session.chosen.colors) wanted.foreground = wanted.background = -1;
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

void frame_send_plain(void) {
    char bytes[64];
    size_t length = session_append(bytes, 0, sizeof bytes, to_plain);
    session_send(bytes, length);
}

void frame_forget(void) {
    frame_send_plain();
    frame.ink = plain;
    frame.length = 0;
    is_wiped = false;
    cursor_x_now = cursor_y_now = cursor_seen_now = -1;
    title_now[0] = 0;
}

void curses_wipe(void) {
    is_wiped = true;
    frame.ink = plain;
    frame.length = 0;
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
        made.text[0] = session.utf8 ? 0xFFFD : L'?';
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

static bool is_inside(int x, int y) { return session.open && x >= 0 && y >= 0 && x < COLS && y < LINES; }

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

bool curses_can_scroll(void) { return session.open && *to_region && *to_scroll_up && *to_scroll_down; }

void curses_scroll(int top, int bottom, int up) {
    if (!curses_can_scroll() || !is_inside(0, top) || !is_inside(0, bottom)) return;
    keep_ink(plain);
    keep_capability(tparm(to_region, (long)top, (long)bottom, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    keep_place(0, up > 0 ? bottom : top);
    for (int i = 0; i < abs(up); i++) keep_capability(up > 0 ? to_scroll_up : to_scroll_down);
    keep_capability(tparm(to_region, 0L, (long)LINES - 1, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
}

// What ncurses itself has to send: the clearing of the screen, whether the cursor is seen. It would wait for the
// terminal as long as it takes.
static bool send_by_curses(bool visible) {
    if (!is_wiped && visible == cursor_seen_now) return true;
    if (!session_await_room()) return false;
    curs_set(visible ? 1 : 0);
    cursor_seen_now = visible;
    if (!is_wiped) return true;
    session_clear_screen();
    is_wiped = false;
    cursor_x_now = cursor_y_now = -1;
    return true;
}

bool curses_show(int cursor_x, int cursor_y) {
    if (!session.open) return true;
    bool visible = is_inside(cursor_x, cursor_y);
    bool complete = send_by_curses(visible) && !frame.lost;
    bool stands = frame.length == 0 && cursor_x == cursor_x_now && cursor_y == cursor_y_now;
    if (visible && !stands) keep_place(cursor_x, cursor_y);
    if (complete) complete = session_send(frame.bytes, frame.length);
    // The title may have been in what was dropped.
    if (!complete) title_now[0] = 0;
    cursor_x_now = complete && visible ? cursor_x : -1;
    cursor_y_now = complete && visible ? cursor_y : -1;
    frame.length = 0;
    frame.lost = false;
    return complete;
}

void curses_set_title(const char *title) {
    if (!session.open || !session.chosen.titles || strcmp(title, title_now) == 0) return;
    if (strlen(title) >= sizeof title_now) return;
    strcpy(title_now, title);
    keep("\033]2;", 4);
    keep(title, strlen(title));
    keep("\a", 1);
}

