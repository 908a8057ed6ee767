#pragma once
// What a program says on its standard streams, which may be closed, full, or gone with their terminal.

#include <cortexpr/compiler.hpp>

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

/// The status that a program ends with: `status`, or 1 where that is 0 and not all that was said arrived;
/// standard error then says so.
int status_at_end(std::string_view program, int status);

}  // namespace cortexpr::io
