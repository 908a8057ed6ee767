#pragma once
// The system calls that change files, in a program that is linked with system_calls.cpp: any of them can be made to
// fail, and another process can see when a file is being written.

namespace cortexpr::test {

/// Calls so far to open for writing, write, fsync, close of a written file, link and rename.
int changing_calls();
/// Makes the call that comes after `calls` others fail with this errno; a negative number: none.
void fail_after(int calls, int reason);

}  // namespace cortexpr::test
