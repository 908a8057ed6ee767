// One reader under libFuzzer: CORTEXPR_FUZZED is its name. Whatever the bytes, it reads or refuses them.

#include "memory_folder.hpp"
#include "readers.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace cortexpr::test;

const reader& fuzzed() {
    for (const auto& one : readers())
        if (one.name == std::string_view(CORTEXPR_FUZZED)) return one;
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const memory_folder folder("fuzz");
    static const auto& reader = fuzzed();
    read_bytes(reader, folder.path(), {reinterpret_cast<const char*>(data), size});
    return 0;
}
