#pragma once
// The system calls that change files, in a program that is linked with system_calls.cpp: any of them can be made to
// fail, they can be recorded, and another process can see when a file is being written.

#include "crash_states.hpp"

#include <string>

namespace cortexpr::test {

/// Calls so far to open for writing, write, fsync, close of a written file, link and rename.
int changing_calls();
/// Makes the call that comes after `calls` others fail with this errno; a negative number: none.
void fail_after(int calls, int reason);
/// Whether link fails, as on a file system that has none.
void refuse_links(bool are_refused);

/// Records what happens in a folder, to its files and their names, until `stop_recording`. It is empty now, and a file
/// in it is opened for writing only to make it.
void record_operations(disk_trace& into, const std::string& folder);
void stop_recording();

}  // namespace cortexpr::test
