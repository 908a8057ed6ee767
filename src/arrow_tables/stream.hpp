#pragma once
// Arrow's C data interface and C stream interface (Arrow's specification, "The Arrow C data interface"): structs that
// every version of Arrow's libraries fills alike, so that who reads them needs none of Arrow's headers.

#include <cstdint>

#ifndef ARROW_C_DATA_INTERFACE  // Arrow's own headers define the same
#define ARROW_C_DATA_INTERFACE

extern "C" {
struct ArrowSchema {
    const char* format;  // "l": int64; "u": UTF-8; "+s": a struct, whose children are a table's columns
    const char* name;
    const char* metadata;
    std::int64_t flags;
    std::int64_t n_children;
    ArrowSchema** children;
    ArrowSchema* dictionary;  // of the values, where the elements are numbers in it
    void (*release)(ArrowSchema*);
    void* private_data;
};
struct ArrowArray {
    std::int64_t length, null_count;
    std::int64_t offset;  // in elements
    std::int64_t n_buffers, n_children;
    const void** buffers;  // a bit for each element, or null where all are there; then values, or ends and bytes
    ArrowArray** children;
    ArrowArray* dictionary;
    void (*release)(ArrowArray*);
    void* private_data;
};
}
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

extern "C" {
/// Functions give 0 or an errno, of which get_last_error tells the reason. A batch without `release` is the end.
struct ArrowArrayStream {
    int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
    int (*get_next)(ArrowArrayStream*, ArrowArray* out);
    const char* (*get_last_error)(ArrowArrayStream*);
    void (*release)(ArrowArrayStream*);
    void* private_data;
};
}
#endif
