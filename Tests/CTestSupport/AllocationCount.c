#include "CTestSupport.h"

#include <errno.h>
#include <stddef.h>

// glibc exports its own functions under these names for programs that put theirs before them.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// Each thread counts for itself: tests run beside each other. The model of initial programs, as finding the place of
// a thread's variable in any other way asks for memory.
static _Thread_local unsigned long count __attribute__((tls_model("initial-exec")));

unsigned long allocation_count(void) { return count; }

static void note_one(void) { count += 1; }

void *malloc(size_t size) {
    note_one();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    note_one();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    note_one();
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    note_one();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note_one();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    note_one();
    void *found = __libc_memalign(alignment, size);
    if (found == NULL) return ENOMEM;
    *block = found;
    return 0;
}
