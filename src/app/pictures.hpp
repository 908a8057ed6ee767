#pragma once
// Pictures that commands write.

#include <string>

namespace cortexpr::application {

/// Writes a picture by the end of its name, and warns where its letters are missing.
void draw_picture(const std::string& file, const std::string& svg);
/// The warning alone, of a file that has been written.
void warn_of_letters(const std::string& file);

}  // namespace cortexpr::application
