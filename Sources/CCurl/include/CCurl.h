// CCurl.h is the front door of CCurl: libcurl's easy and multi interfaces as plain functions, without policy.
//
// curl.h is included by CCurl.c alone, and no name of libcurl's is needed by a caller. The library itself is loaded by
// the first ccurl_is_usable or ccurl_set_new.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Transfers that one thread drives. Only ccurl_set_wake may be called from another thread.
typedef struct ccurl_set ccurl_set;

/// One request and its answer.
typedef struct ccurl_transfer ccurl_transfer;

/// How a transfer ended, as far as its user can act on it.
typedef enum {
    CCURL_DONE,
    /// The name has no address.
    CCURL_NO_SUCH_HOST,
    CCURL_NO_SUCH_PROXY,
    CCURL_CANNOT_CONNECT,
    /// TLS handshake or certificate.
    CCURL_INSECURE,
    /// The connection broke, or less came than was announced.
    CCURL_CUT_OFF,
    /// The bytes are no HTTP.
    CCURL_MALFORMED,
    /// The body cannot be unpacked: its content encoding is unknown, or broken.
    CCURL_NOT_UNPACKED,
    /// The process may open no more files.
    CCURL_NO_DESCRIPTOR,
    /// A callback asked for the end.
    CCURL_ABORTED,
    CCURL_OTHER,
} ccurl_outcome;

/// What `body` returns when it takes none of the bytes now: they come again after ccurl_transfer_resume.
enum { CCURL_PAUSE = 2 };

/// What a transfer reports, always on the thread that drives its set. Zero goes on, anything else ends the transfer.
typedef struct {
    void *_Nullable context;
    /// About to connect to this address: 4 or 16 bytes in network order, 0 bytes when the family is another one.
    int (*_Nullable connecting)(void *_Nonnull context, const uint8_t *_Nullable address, size_t count);
    /// About to send the request over a new or a kept connection with this address.
    int (*_Nullable sending)(void *_Nonnull context, const uint8_t *_Nullable address, size_t count);
    /// One line of the head, with its line end; status lines too, trailers too.
    int (*_Nullable head)(void *_Nonnull context, const uint8_t *_Nonnull line, size_t count);
    /// Body bytes after content decoding.
    int (*_Nullable body)(void *_Nonnull context, const uint8_t *_Nonnull bytes, size_t count);
} ccurl_reports;

/// Whether libcurl is installed and can be used. Loads it; every other function needs that to have succeeded.
int ccurl_is_usable(void);
/// Whether the process may open no more files now, which makes most functions here fail.
int ccurl_lacks_descriptors(void);

/// NULL when memory is short or the library cannot be used.
ccurl_set *_Nullable ccurl_set_new(void);
/// Frees the set, which must be empty.
void ccurl_set_free(ccurl_set *_Nonnull set);
/// Starts a transfer. Returns 0 when it started.
int ccurl_set_add(ccurl_set *_Nonnull set, ccurl_transfer *_Nonnull transfer);
/// Takes a transfer out, at once, whatever its state.
void ccurl_set_remove(ccurl_set *_Nonnull set, ccurl_transfer *_Nonnull transfer);
/// Does what can be done without waiting. Returns 0 unless the set is broken.
int ccurl_set_perform(ccurl_set *_Nonnull set);
/// A socket that is waited for beside those of the library.
typedef struct {
    int socket;
    int reads;
    int writes;
} ccurl_watch;

/// Waits until a socket is ready, a timer of the library's is due, the set is woken or the milliseconds are over.
int ccurl_set_wait(
    ccurl_set *_Nonnull set, int milliseconds, const ccurl_watch *_Nullable watches, size_t count);
/// Ends a wait of another thread, or the next one.
void ccurl_set_wake(ccurl_set *_Nonnull set);
/// The context of one transfer that ended since the last call, or NULL.
void *_Nullable ccurl_set_next_ended(ccurl_set *_Nonnull set, ccurl_outcome *_Nonnull outcome);

/// A GET without cookies, redirects, signals, netrc or a proxy, over http and https alone, TLS 1.2 or newer,
/// every content encoding that the library knows. NULL when memory is short.
ccurl_transfer *_Nullable ccurl_transfer_new(const ccurl_reports *_Nonnull reports);
void ccurl_transfer_free(ccurl_transfer *_Nonnull transfer);

/// The setters copy what they are given and return 0 when it was taken.
int ccurl_transfer_set_address(ccurl_transfer *_Nonnull transfer, const char *_Nonnull address);
int ccurl_transfer_set_method(ccurl_transfer *_Nonnull transfer, const char *_Nonnull method);
int ccurl_transfer_set_body(ccurl_transfer *_Nonnull transfer, const uint8_t *_Nullable bytes, size_t count);
int ccurl_transfer_add_header(ccurl_transfer *_Nonnull transfer, const char *_Nonnull line);
/// An empty text is no proxy; the environment is not looked at.
int ccurl_transfer_set_proxy(ccurl_transfer *_Nonnull transfer, const char *_Nonnull proxy);
/// A file of PEM certificates to trust instead of the system's.
int ccurl_transfer_set_trust(ccurl_transfer *_Nonnull transfer, const char *_Nonnull file);

/// Whether it found no descriptor for a socket.
int ccurl_transfer_lacked_descriptor(ccurl_transfer *_Nonnull transfer);
/// Body bytes that came over the wire, before content decoding.
int64_t ccurl_transfer_wire_bytes(ccurl_transfer *_Nonnull transfer);
/// Goes on with a transfer that CCURL_PAUSE stopped.
int ccurl_transfer_resume(ccurl_transfer *_Nonnull transfer);

/// Makes a transfer a bare connection, with TLS where the address has it: it is reported as ended, CCURL_DONE, when it
/// stands, and must stay in its set as long as bytes go over it.
int ccurl_transfer_set_bare(ccurl_transfer *_Nonnull transfer);
/// The socket of a bare connection, -1 when it has none.
int ccurl_transfer_socket(ccurl_transfer *_Nonnull transfer);
/// Bytes received; 0 at the end, -1 when there are none now, -2 when the connection broke.
long ccurl_transfer_receive(ccurl_transfer *_Nonnull transfer, uint8_t *_Nonnull bytes, size_t count);
/// Bytes that were taken; -1 when none can be taken now, -2 when the connection broke.
long ccurl_transfer_send(ccurl_transfer *_Nonnull transfer, const uint8_t *_Nonnull bytes, size_t count);
