#include <cortexpr/io/event_file.hpp>

#include <string>

#include "catch.hpp"
#include "temp_folder.hpp"

namespace io_event_file_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

std::string bytes_of(std::string_view hexadecimal) {
    std::string bytes;
    for (std::size_t i = 0; i < hexadecimal.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hexadecimal.substr(i, 2)), nullptr, 16));
    return bytes;
}

}  // namespace

// What TensorBoard's own writer (2.21) makes of the same events.
TEST_CASE("an event file has TensorBoard's bytes") {
    const temp_folder folder;
    io::event_file events(folder / "curves.tfevents", 1.5);
    const auto head = bytes_of("1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c");
    CHECK(contents(folder / "curves.tfevents") == head);
    events.append(300, 2.0, {{"a/b", 0.5}});
    const auto event = bytes_of("1a00000000000000129bd82d09000000000000004010ac022a0c0a0a0a03612f62150000003f133d26ac");
    CHECK(contents(folder / "curves.tfevents") == head + event);
}

}  // namespace io_event_file_test
