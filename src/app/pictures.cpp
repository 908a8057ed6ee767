#include "pictures.hpp"

#include "../ending.hpp"

#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/workbench/picture.hpp>

#include <fmt/format.h>

namespace cortexpr::application {

void warn_of_letters(const std::string& file) {
    if (ending_of(file) == ".svg" || workbench::draws_letters()) return;
    io::say(stderr, fmt::format("warning: {} has boxes in place of letters, since no font is installed "
                                "(fonts-dejavu-core is one)\n",
                                file));
}

void draw_picture(const std::string& file, const std::string& svg) {
    workbench::write_picture(file, svg);
    warn_of_letters(file);
}

}  // namespace cortexpr::application
