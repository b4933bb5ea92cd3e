// TestSupport.swift is the front door of TestSupport: what the tests of several rooms play with, and no test itself.
//
// | for | there is |
// |---|---|
// | chance that can be run again | `SeededRandom`, and with it `RandomPosts`, `RandomQueries`, `RandomText`, `Mutations` |
// | a server on loopback | `Site`, which answers as a test says; `ServerKind`, how the known kinds of server differ |
// | a terminal | `PseudoTerminal` runs a program, `VirtualScreen` shows what it drew |
// | pictures that are kept | `Snapshot` |
