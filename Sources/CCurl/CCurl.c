#include "CCurl.h"

#include <arpa/inet.h>
// The checks of the option's type are macros around functions that are not linked here.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ccurl_set {
    CURLM *multi;
};

struct ccurl_transfer {
    CURL *easy;
    struct curl_slist *headers;
    ccurl_reports reports;
    int lacked_descriptor;
};

static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
static int tried;
static CURLcode started = CURLE_FAILED_INIT;

// Loaded when the first request is made: it brings two dozen libraries along, and most runs of a program that reads
// fetch nothing.
#define FUNCTIONS(F) \
    F(global_init) F(easy_init) F(easy_setopt) F(easy_getinfo) F(easy_cleanup) F(multi_init) F(multi_cleanup) \
    F(multi_add_handle) F(multi_remove_handle) F(multi_perform) F(multi_poll) F(multi_wakeup) F(multi_info_read) \
    F(slist_append) F(slist_free_all) F(easy_pause) F(easy_send) F(easy_recv)

static struct {
#define F(name) __typeof__(curl_##name) *name;
    FUNCTIONS(F)
#undef F
} curl;

static void load_library(void) {
    // Debian's other build of the same interface, with GnuTLS, is good enough where it stands alone.
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
    void *library = NULL;
    for (size_t index = 0; !library && index < sizeof names / sizeof *names; index += 1) {
        library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    }
    if (!library) return;
    int missing = 0;
#define F(name) \
    *(void **)&curl.name = dlsym(library, "curl_" #name); \
    missing |= curl.name == NULL;
    FUNCTIONS(F)
#undef F
    if (!missing) started = curl.global_init(CURL_GLOBAL_DEFAULT);
}

int ccurl_lacks_descriptors(void) {
    int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return errno == EMFILE || errno == ENFILE;
    close(descriptor);
    return 0;
}

int ccurl_is_usable(void) {
    pthread_mutex_lock(&loading);
    if (!tried) {
        load_library();
        // What is only out of reach now is looked for again.
        tried = started == CURLE_OK || !ccurl_lacks_descriptors();
    }
    int is_usable = started == CURLE_OK;
    pthread_mutex_unlock(&loading);
    return is_usable;
}

// MARK: sets

ccurl_set *ccurl_set_new(void) {
    if (!ccurl_is_usable()) return NULL;
    ccurl_set *set = calloc(1, sizeof *set);
    if (!set) return NULL;
    set->multi = curl.multi_init();
    // Without descriptors there is a set that cannot be woken, and would sleep over all that comes.
    if (!set->multi || curl.multi_wakeup(set->multi) != CURLM_OK) {
        if (set->multi) curl.multi_cleanup(set->multi);
        free(set);
        return NULL;
    }
    return set;
}

void ccurl_set_free(ccurl_set *set) {
    curl.multi_cleanup(set->multi);
    free(set);
}

int ccurl_set_add(ccurl_set *set, ccurl_transfer *transfer) {
    if (curl.easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers) != CURLE_OK) return 1;
    return curl.multi_add_handle(set->multi, transfer->easy) == CURLM_OK ? 0 : 1;
}

void ccurl_set_remove(ccurl_set *set, ccurl_transfer *transfer) {
    curl.multi_remove_handle(set->multi, transfer->easy);
}

int ccurl_set_perform(ccurl_set *set) {
    int running = 0;
    return curl.multi_perform(set->multi, &running) == CURLM_OK ? 0 : 1;
}

int ccurl_set_wait(ccurl_set *set, int milliseconds, const ccurl_watch *watches, size_t count) {
    struct curl_waitfd *sockets = count ? calloc(count, sizeof *sockets) : NULL;
    if (count && !sockets) return 1;
    for (size_t i = 0; i < count; i++) {
        sockets[i].fd = watches[i].socket;
        sockets[i].events = (short)((watches[i].reads ? CURL_WAIT_POLLIN : 0) | (watches[i].writes ? CURL_WAIT_POLLOUT : 0));
    }
    CURLMcode code = curl.multi_poll(set->multi, sockets, (unsigned)count, milliseconds, NULL);
    free(sockets);
    return code == CURLM_OK ? 0 : 1;
}

void ccurl_set_wake(ccurl_set *set) { curl.multi_wakeup(set->multi); }

static ccurl_outcome outcome_of(CURLcode code) {
    switch (code) {
    case CURLE_OK: return CCURL_DONE;
    case CURLE_COULDNT_RESOLVE_HOST: return CCURL_NO_SUCH_HOST;
    case CURLE_COULDNT_RESOLVE_PROXY: return CCURL_NO_SUCH_PROXY;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
    case CURLE_PROXY: return CCURL_CANNOT_CONNECT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED: return CCURL_INSECURE;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return CCURL_CUT_OFF;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL: return CCURL_MALFORMED;
    case CURLE_BAD_CONTENT_ENCODING: return CCURL_NOT_UNPACKED;
    case CURLE_WRITE_ERROR:
    case CURLE_ABORTED_BY_CALLBACK: return CCURL_ABORTED;
    default: return CCURL_OTHER;
    }
}

void *ccurl_set_next_ended(ccurl_set *set, ccurl_outcome *outcome) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl.multi_info_read(set->multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        void *context = NULL;
        *outcome = outcome_of(message->data.result);
        curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
        // Names are looked up with descriptors too, and libcurl then says that there is no such name.
        if (*outcome == CCURL_NO_SUCH_HOST && ccurl_lacks_descriptors()) *outcome = CCURL_NO_DESCRIPTOR;
        return context;
    }
    return NULL;
}

// MARK: what a transfer reports

static size_t report_head(char *bytes, size_t size, size_t count, void *user) {
    ccurl_transfer *transfer = user;
    size_t length = size * count;
    int stop = transfer->reports.head(transfer->reports.context, (const uint8_t *)bytes, length);
    return stop ? 0 : length;
}

static size_t report_body(char *bytes, size_t size, size_t count, void *user) {
    ccurl_transfer *transfer = user;
    size_t length = size * count;
    if (length == 0) return 0;
    int stop = transfer->reports.body(transfer->reports.context, (const uint8_t *)bytes, length);
    if (stop == CCURL_PAUSE) return CURL_WRITEFUNC_PAUSE;
    return stop ? 0 : length;
}

static curl_socket_t report_connecting(void *user, curlsocktype purpose, struct curl_sockaddr *to) {
    ccurl_transfer *transfer = user;
    const uint8_t *bytes = NULL;
    size_t count = 0;
    if (to->family == AF_INET) {
        bytes = (const uint8_t *)&((struct sockaddr_in *)&to->addr)->sin_addr;
        count = 4;
    } else if (to->family == AF_INET6) {
        bytes = (const uint8_t *)&((struct sockaddr_in6 *)(void *)&to->addr)->sin6_addr;
        count = 16;
    }
    (void)purpose;
    if (transfer->reports.connecting(transfer->reports.context, bytes, count)) return CURL_SOCKET_BAD;
    int opened = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    if (opened < 0 && (errno == EMFILE || errno == ENFILE)) transfer->lacked_descriptor = 1;
    return opened;
}

static int report_sending(void *user, char *ip, char *local_ip, int port, int local_port) {
    ccurl_transfer *transfer = user;
    uint8_t bytes[16];
    size_t count = 0;
    (void)local_ip;
    (void)port;
    (void)local_port;
    if (ip && inet_pton(AF_INET, ip, bytes) == 1) {
        count = 4;
    } else if (ip && inet_pton(AF_INET6, ip, bytes) == 1) {
        count = 16;
    }
    int stop = transfer->reports.sending(transfer->reports.context, bytes, count);
    return stop ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

// MARK: transfers

ccurl_transfer *ccurl_transfer_new(const ccurl_reports *reports) {
    ccurl_transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer) return NULL;
    transfer->reports = *reports;
    CURL *easy = transfer->easy = curl.easy_init();
    // "Expect: 100-continue" would cost a round trip and some servers never answer it.
    transfer->headers = curl.slist_append(NULL, "Expect:");
    int bad = !easy || !transfer->headers;
    if (!bad) {
        bad |= curl.easy_setopt(easy, CURLOPT_PRIVATE, reports->context);
        bad |= curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        // A cancelled transfer must not wait for the resolver's thread.
        bad |= curl.easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
        bad |= curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        bad |= curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
        bad |= curl.easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
        bad |= curl.easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
        bad |= curl.easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
        bad |= curl.easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        bad |= curl.easy_setopt(easy, CURLOPT_PROXY, "");
        bad |= curl.easy_setopt(easy, CURLOPT_NOPROXY, "");
        bad |= curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, report_head);
        bad |= curl.easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
        bad |= curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, report_body);
        bad |= curl.easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
        bad |= curl.easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, report_connecting);
        bad |= curl.easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
        bad |= curl.easy_setopt(easy, CURLOPT_PREREQFUNCTION, report_sending);
        bad |= curl.easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    }
    if (bad) {
        ccurl_transfer_free(transfer);
        return NULL;
    }
    return transfer;
}

void ccurl_transfer_free(ccurl_transfer *transfer) {
    if (transfer->easy) curl.easy_cleanup(transfer->easy);
    curl.slist_free_all(transfer->headers);
    free(transfer);
}

int ccurl_transfer_set_address(ccurl_transfer *transfer, const char *address) {
    return curl.easy_setopt(transfer->easy, CURLOPT_URL, address) != CURLE_OK;
}

int ccurl_transfer_set_method(ccurl_transfer *transfer, const char *method) {
    if (strcmp(method, "GET") == 0) return curl.easy_setopt(transfer->easy, CURLOPT_HTTPGET, 1L) != CURLE_OK;
    return curl.easy_setopt(transfer->easy, CURLOPT_CUSTOMREQUEST, method) != CURLE_OK;
}

int ccurl_transfer_set_body(ccurl_transfer *transfer, const uint8_t *bytes, size_t count) {
    // The size goes first: without it the copy would stop at a zero byte.
    if (curl.easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count) != CURLE_OK) return 1;
    return curl.easy_setopt(transfer->easy, CURLOPT_COPYPOSTFIELDS, count ? (const void *)bytes : "") != CURLE_OK;
}

int ccurl_transfer_add_header(ccurl_transfer *transfer, const char *line) {
    struct curl_slist *longer = curl.slist_append(transfer->headers, line);
    if (!longer) return 1;
    transfer->headers = longer;
    return 0;
}

int ccurl_transfer_set_proxy(ccurl_transfer *transfer, const char *proxy) {
    return curl.easy_setopt(transfer->easy, CURLOPT_PROXY, proxy) != CURLE_OK;
}

int ccurl_transfer_set_trust(ccurl_transfer *transfer, const char *file) {
    return curl.easy_setopt(transfer->easy, CURLOPT_CAINFO, file) != CURLE_OK;
}

int ccurl_transfer_lacked_descriptor(ccurl_transfer *transfer) { return transfer->lacked_descriptor; }

int64_t ccurl_transfer_wire_bytes(ccurl_transfer *transfer) {
    curl_off_t bytes = 0;
    if (curl.easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes) != CURLE_OK) return 0;
    return (int64_t)bytes;
}

int ccurl_transfer_resume(ccurl_transfer *transfer) {
    return curl.easy_pause(transfer->easy, CURLPAUSE_CONT) != CURLE_OK;
}

// MARK: byte streams

int ccurl_transfer_set_bare(ccurl_transfer *transfer) {
    CURL *easy = transfer->easy;
    int bad = 0;
    bad |= curl.easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    // With the protocol left open a server could choose HTTP/2, in which there is no bare stream of bytes.
    bad |= curl.easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    bad |= curl.easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    bad |= curl.easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    bad |= curl.easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    return bad;
}

int ccurl_transfer_socket(ccurl_transfer *transfer) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (curl.easy_getinfo(transfer->easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK) return -1;
    return socket == CURL_SOCKET_BAD ? -1 : socket;
}

long ccurl_transfer_receive(ccurl_transfer *transfer, uint8_t *bytes, size_t count) {
    size_t received = 0;
    switch (curl.easy_recv(transfer->easy, bytes, count, &received)) {
    case CURLE_OK: return (long)received;
    case CURLE_AGAIN: return -1;
    default: return -2;
    }
}

long ccurl_transfer_send(ccurl_transfer *transfer, const uint8_t *bytes, size_t count) {
    size_t sent = 0;
    switch (curl.easy_send(transfer->easy, bytes, count, &sent)) {
    case CURLE_OK: return (long)sent;
    case CURLE_AGAIN: return -1;
    default: return -2;
    }
}
