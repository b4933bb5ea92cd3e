// What Curses.c (the session with the terminal, keys) and Frame.c (drawing) know of each other.
#pragma once
#include "CTerminal.h"

// term.h's macros (`lines`, `columns`, ...) break plain code, so its few functions are declared by hand.
extern int setupterm(const char *, int, int *);
extern char *tigetstr(const char *);
extern int tigetflag(const char *);
extern int tigetnum(const char *);
extern char *tparm(const char *, ...);

#pragma GCC visibility push(hidden)

extern struct session {
    bool open;
    bool utf8;
    // The terminal once more: a description of our own, which does not block. Or else standard output itself.
    int output;
    bool blocks;
    // The terminal may be in the middle of a sequence of which the rest was dropped.
    bool cut;
    curses_options chosen;
} session;

// A capability of terminfo, or an empty text.
const char *session_capability(const char *name);
// Appends without terminfo's padding marks, which only tputs understands. Returns the new length.
size_t session_append(char *to, size_t at, size_t room, const char *text);
// Straight to the terminal. False when not all of it was sent: the terminal is gone, or session_await_room said so.
bool session_send(const char *bytes, size_t count);
// Whether the terminal takes bytes, some hundred of them; waits for it, but not when the program is asked to end.
bool session_await_room(void);
// At once; the terminal then has its own colours everywhere.
void session_clear_screen(void);

// Learns what the terminal can do; nothing of it is drawn yet.
void frame_begin(void);
// The terminal goes to others: nothing of ours stays set.
void frame_forget(void);
// Own colours and no attributes, at once.
void frame_send_plain(void);

#pragma GCC visibility pop
