// The least that a reader's list costs in ncurses: so many rows made from their number alone, a reversed line that j and
// k move, nothing else. q quits. What the program takes for a key is held against this one, key by key.
#define _XOPEN_SOURCE_EXTENDED 1
#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const words[] = {
    "gouvernement", "élections", "l’État", "réforme", "climat", "今天", "ニュース", "train strike", "œuvre", "budget",
    "court", "hospital", "forêt", "database", "🙂", "速報",
};

static void draw_row(int y, long number, bool is_selected) {
    unsigned mixed = (unsigned)number * 2654435761u;
    char line[256];
    int length = snprintf(
        line, sizeof line, " %s %02u:%02u feed-%03u ", mixed & 16 ? "●" : " ", mixed % 24, mixed / 24 % 60,
        mixed / 7 % 500);
    for (int place = 0; place < 6; place++) {
        length += snprintf(line + length, sizeof line - length, " %s", words[mixed >> place * 4 & 15]);
    }
    attrset(is_selected ? A_REVERSE : A_NORMAL);
    mvaddstr(y, 0, line);
    attrset(A_NORMAL);
    clrtoeol();
}

int main(int count, char **arguments) {
    long rows = count > 1 ? atol(arguments[1]) : 1000, selected = 0, top = 0;
    setlocale(LC_ALL, "");
    if (initscr() == NULL) return 1;
    cbreak();
    noecho();
    curs_set(0);
    for (;;) {
        int height = LINES - 1;
        if (selected < top) top = selected;
        if (selected >= top + height) top = selected - height + 1;
        erase();
        for (int y = 0; y < height && top + y < rows; y++) draw_row(y, top + y, top + y == selected);
        mvprintw(LINES - 1, 0, "%ld of %ld", selected + 1, rows);
        refresh();
        int key = getch();
        if (key == 'q' || key == ERR) break;
        if (key == 'j' && selected < rows - 1) selected++;
        if (key == 'k' && selected > 0) selected--;
    }
    endwin();
    return 0;
}
