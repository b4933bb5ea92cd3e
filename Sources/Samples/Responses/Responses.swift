/// The answers as bytes, one file each. Strings, because a literal of bytes takes the compiler seconds.
enum Responses {}
