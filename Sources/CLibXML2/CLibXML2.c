#include "CLibXML2.h"

#include <errno.h>
#include <iconv.h>
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/parser.h>
#include <libxml/uri.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Two decoding tasks parse at once; libxml2 wants its tables filled by one thread before.
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill_tables(void) { xmlInitParser(); }

static void keep(perchoir_complaint *complaint, xmlErrorPtr error) {
    if (complaint == NULL || error == NULL) return;
    complaint->line = error->line > 0 ? error->line : 1;
    complaint->column = error->int2 > 0 ? error->int2 : 1;
    const char *message = error->message != NULL ? error->message : "";
    size_t length = strcspn(message, "\r\n");
    if (length >= sizeof complaint->message) length = sizeof complaint->message - 1;
    memcpy(complaint->message, message, length);
    complaint->message[length] = 0;
}

perchoir_document *perchoir_parse_xml(const char *bytes, size_t length, perchoir_complaint *complaint) {
    pthread_once(&once, fill_tables);
    if (complaint != NULL) memset(complaint, 0, sizeof *complaint);
    if (length > INT32_MAX) return NULL;
    xmlParserCtxtPtr context = xmlNewParserCtxt();
    if (context == NULL) return NULL;
    // Never NOENT (it read a local file) and never HUGE (it lifts the depth and amplification limits).
    const int options = XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING
        | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT;
    xmlDocPtr document = xmlCtxtReadMemory(context, bytes, (int)length, NULL, "UTF-8", options);
    keep(complaint, xmlCtxtGetLastError(context));
    xmlFreeParserCtxt(context);
    if (document != NULL && xmlDocGetRootElement(document) == NULL) {
        xmlFreeDoc(document);
        return NULL;
    }
    return (perchoir_document *)document;
}

perchoir_document *perchoir_parse_html(const char *bytes, size_t length) {
    pthread_once(&once, fill_tables);
    if (length == 0 || length > INT32_MAX) return NULL;
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING
        | HTML_PARSE_IGNORE_ENC | HTML_PARSE_NODEFDTD | HTML_PARSE_COMPACT;
    htmlDocPtr document = htmlReadMemory(bytes, (int)length, NULL, "UTF-8", options);
    if (document != NULL && xmlDocGetRootElement(document) == NULL) {
        xmlFreeDoc(document);
        return NULL;
    }
    return (perchoir_document *)document;
}

void perchoir_document_free(perchoir_document *document) { xmlFreeDoc((xmlDocPtr)document); }

const perchoir_node *perchoir_root(const perchoir_document *document) {
    return (const perchoir_node *)xmlDocGetRootElement((xmlDocPtr)document);
}

const perchoir_node *perchoir_first_child(const perchoir_node *node) {
    const xmlNode *place = (const xmlNode *)node;
    // The children of an entity reference are the entity's own, shared and possibly circular: never walked.
    return place->type == XML_ELEMENT_NODE ? (const perchoir_node *)place->children : NULL;
}

const perchoir_node *perchoir_next_sibling(const perchoir_node *node) {
    return (const perchoir_node *)((const xmlNode *)node)->next;
}

perchoir_node_kind perchoir_kind(const perchoir_node *node) {
    switch (((const xmlNode *)node)->type) {
    case XML_ELEMENT_NODE: return PERCHOIR_NODE_ELEMENT;
    case XML_TEXT_NODE:
    case XML_CDATA_SECTION_NODE: return PERCHOIR_NODE_TEXT;
    default: return PERCHOIR_NODE_OTHER;
    }
}

const char *perchoir_name(const perchoir_node *node) {
    const xmlNode *place = (const xmlNode *)node;
    return place->name != NULL ? (const char *)place->name : "";
}

const char *perchoir_namespace(const perchoir_node *node) {
    const xmlNode *place = (const xmlNode *)node;
    // Only elements carry one; in other nodes the same memory means something else.
    if (place->type != XML_ELEMENT_NODE || place->ns == NULL) return NULL;
    return (const char *)place->ns->href;
}

const char *perchoir_text(const perchoir_node *node) {
    const xmlNode *place = (const xmlNode *)node;
    if (place->type != XML_TEXT_NODE && place->type != XML_CDATA_SECTION_NODE) return NULL;
    return (const char *)place->content;
}

int perchoir_line(const perchoir_node *node) { return (int)xmlGetLineNo((xmlNodePtr)node); }

char *perchoir_attribute(const perchoir_node *node, int position, const char **name, const char **name_space) {
    const xmlNode *place = (const xmlNode *)node;
    if (place->type != XML_ELEMENT_NODE) return NULL;
    const xmlAttr *attribute = place->properties;
    while (attribute != NULL && position > 0) {
        attribute = attribute->next;
        position -= 1;
    }
    if (attribute == NULL) return NULL;
    *name = attribute->name != NULL ? (const char *)attribute->name : "";
    *name_space = attribute->ns != NULL ? (const char *)attribute->ns->href : NULL;
    xmlChar *value = xmlNodeListGetString(place->doc, attribute->children, 1);
    return value != NULL ? (char *)value : (char *)xmlStrdup((const xmlChar *)"");
}

static uint64_t mixed(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 32;
}

static uint64_t hashed(uint64_t hash, const xmlChar *text, unsigned char kind) {
    const size_t length = text != NULL ? strlen((const char *)text) : 0;
    size_t place = 0;
    for (; place + 8 <= length; place += 8) {
        uint64_t word;
        memcpy(&word, text + place, 8);
        hash = mixed(hash, word);
    }
    for (; place < length; place++) hash = mixed(hash, text[place]);
    return mixed(hash, (uint64_t)length << 8 | kind);
}

// Kept with the name space: its address may be long, and thousands of nodes may stand in it.
static uint64_t hashed_space(uint64_t hash, xmlNs *space, unsigned char kind) {
    if (space == NULL) return hashed(hash, NULL, kind);
    if (space->_private == NULL) space->_private = (void *)(uintptr_t)hashed(0, space->href, 0);
    return mixed(mixed(hash, (uint64_t)(uintptr_t)space->_private), kind);
}

static uint64_t hashed_attributes(uint64_t hash, const xmlNode *node) {
    for (const xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next) {
        hash = hashed_space(hash, attribute->ns, 1);
        hash = hashed(hash, attribute->name, 2);
        for (const xmlNode *part = attribute->children; part != NULL; part = part->next) {
            hash = hashed(hash, part->type == XML_ENTITY_REF_NODE ? part->name : part->content, 3);
        }
    }
    return hash;
}

uint64_t perchoir_fingerprint(const perchoir_node *top) {
    const xmlNode *node = (const xmlNode *)top;
    uint64_t hash = 0xcbf29ce484222325;
    while (node != NULL) {
        const int is_element = node->type == XML_ELEMENT_NODE;
        hash = hashed_space(hash, is_element ? node->ns : NULL, (unsigned char)node->type);
        hash = hashed(hash, node->name, 4);
        if (is_element) hash = hashed_attributes(hash, node);
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) hash = hashed(hash, node->content, 5);
        if (is_element && node->children != NULL) {
            node = node->children;
            continue;
        }
        // Every way up is hashed, so that two trees with the same texts differ by their shape.
        while (node != (const xmlNode *)top && node->next == NULL) {
            node = node->parent;
            hash = hashed(hash, NULL, 6);
        }
        node = node == (const xmlNode *)top ? NULL : node->next;
    }
    return hash;
}

uint32_t perchoir_html_entity(const char *name) {
    const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)name);
    return entity != NULL ? entity->value : 0;
}

char *perchoir_resolve(const char *reference, const char *base) {
    return (char *)xmlBuildURI((const xmlChar *)reference, (const xmlChar *)base);
}

char *perchoir_to_utf8(const char *bytes, size_t length, const char *charset, size_t *converted) {
    iconv_t converter = iconv_open("UTF-8", charset);
    if (converter == (iconv_t)-1) return NULL;
    // Three bytes for each byte that cannot be read, and no character set has characters that need more.
    size_t capacity = length * 4 + 16;
    char *output = xmlMalloc(capacity);
    if (output == NULL) {
        iconv_close(converter);
        return NULL;
    }
    char *input = (char *)bytes, *end = output;
    size_t left = length, room = capacity;
    while (left > 0) {
        if (iconv(converter, &input, &left, &end, &room) != (size_t)-1) break;
        if (errno == E2BIG || room < 3) break;
        memcpy(end, "\xEF\xBF\xBD", 3);
        end += 3;
        room -= 3;
        if (errno == EINVAL) break;
        input += 1;
        left -= 1;
        iconv(converter, NULL, NULL, NULL, NULL);
    }
    iconv(converter, NULL, NULL, &end, &room);
    iconv_close(converter);
    *converted = (size_t)(end - output);
    return output;
}

void perchoir_free(void *memory) { xmlFree(memory); }
