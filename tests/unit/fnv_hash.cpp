// FNV-1a against the published test vectors (L. C. Noll, "FNV hash test suite").

#include "fnv_hash.hpp"

#include <catch.hpp>

namespace fnv_hash_test {

using cortexpr::fnv_hash;

namespace {

std::uint64_t hash_of(std::string_view text) {
    fnv_hash hash;
    hash.add(text);
    return hash.value();
}

}  // namespace

TEST_CASE("the hash is FNV-1a's, whatever parts the bytes come in", "[hash]") {
    CHECK(hash_of("") == 0xCBF29CE484222325U);
    CHECK(hash_of("a") == 0xAF63DC4C8601EC8CU);
    CHECK(hash_of("foobar") == 0x85944171F73967E8U);
    fnv_hash parts;
    parts.add("foo");
    parts.add("");
    parts.add("bar", 3);
    CHECK(parts.value() == hash_of("foobar"));
    CHECK(hash_of(std::string_view("\0", 1)) != hash_of(""));
}

}  // namespace fnv_hash_test
