#pragma once
// CLibXML2.h is the front door of CLibXML2: libxml2's two parsers, its entity table and its URI arithmetic, and
// glibc's character sets, as plain functions. No libxml2 header shows through: its macros and globals do not import.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A parsed tree. Freed by `perchoir_document_free`; every cursor into it dies with it.
typedef struct perchoir_document perchoir_document;

/// A place in a tree: an element, a run of text or something to pass over.
typedef struct perchoir_node perchoir_node;

typedef enum perchoir_node_kind {
    PERCHOIR_NODE_ELEMENT,
    PERCHOIR_NODE_TEXT,
    PERCHOIR_NODE_OTHER,
} perchoir_node_kind;

/// The last complaint of the parser, 1-based; `message` is UTF-8, without a line break, cut at its end.
typedef struct perchoir_complaint {
    int line;
    int column;
    char message[160];
} perchoir_complaint;

/// Parses UTF-8 XML tolerantly: broken markup is recovered, entities are never expanded, nothing is loaded from
/// anywhere, elements stand at most 256 deep. NULL when there is no element at all. `complaint.line` is 0 when
/// there was nothing to complain about.
perchoir_document *perchoir_parse_xml(const char *bytes, size_t length, perchoir_complaint *complaint);

/// Parses a UTF-8 HTML page or fragment tolerantly. NULL when there is no element at all.
perchoir_document *perchoir_parse_html(const char *bytes, size_t length);

void perchoir_document_free(perchoir_document *document);

const perchoir_node *perchoir_root(const perchoir_document *document);
const perchoir_node *perchoir_first_child(const perchoir_node *node);
const perchoir_node *perchoir_next_sibling(const perchoir_node *node);
perchoir_node_kind perchoir_kind(const perchoir_node *node);

/// The local name of an element; "prefix:name" when the prefix was not declared.
const char *perchoir_name(const perchoir_node *node);
/// NULL without a namespace. The pointer is the same for all elements under one declaration.
const char *perchoir_namespace(const perchoir_node *node);
/// The text of a text node; NULL for other nodes.
const char *perchoir_text(const perchoir_node *node);
int perchoir_line(const perchoir_node *node);

/// The value of the attribute at a position, in document order, with its name and namespace (NULL without one).
/// NULL behind the last one. The value is to be given to `perchoir_free`.
char *perchoir_attribute(const perchoir_node *node, int position, const char **name, const char **name_space);

/// A 64-bit hash of everything that a node and what is inside it say, the same in every run on this machine; line
/// numbers and the prefixes of name spaces do not count.
uint64_t perchoir_fingerprint(const perchoir_node *node);

/// The scalar of an HTML 4 entity (`eacute`), 0 for an unknown one.
uint32_t perchoir_html_entity(const char *name);

/// RFC 3986 section 5.2: a reference against a base. NULL when one of them is no URI. For `perchoir_free`.
char *perchoir_resolve(const char *reference, const char *base);

/// Converts from a character set of glibc to UTF-8; what cannot be read becomes U+FFFD. NULL when the set is
/// unknown. For `perchoir_free`.
char *perchoir_to_utf8(const char *bytes, size_t length, const char *charset, size_t *converted);

void perchoir_free(void *memory);
