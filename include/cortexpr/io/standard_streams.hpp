#pragma once
// What a program says on its standard streams, which may be closed, full, or gone with their terminal.

#include <cstdio>
#include <string>
#include <string_view>

namespace cortexpr::io {

/// Holds the descriptors 0 to 2 where the program was started without them. Else the first file that is opened would
/// get the number of a standard stream, and what is said there would go into the file.
void hold_standard_descriptors() noexcept;

/// Writes text to a stream; never throws, see lost_output().
void say(std::FILE* stream, std::string_view text) noexcept;

/// Flushes standard output and error. Empty if all that was said there arrived, otherwise one sentence that says what
/// didn't and why.
std::string lost_output();

}  // namespace cortexpr::io
