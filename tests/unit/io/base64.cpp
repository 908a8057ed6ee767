// The examples of RFC 4648, section 10.

#include "catch.hpp"

#include <cortexpr/io/base64.hpp>

namespace io_base64_test {

using cortexpr::io::base64;

TEST_CASE("base64: the standard's examples, and bytes above 127") {
    CHECK(base64("").empty());
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foob") == "Zm9vYg==");
    CHECK(base64("fooba") == "Zm9vYmE=");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64("\xff\xfe\xfd") == "//79");
}

}  // namespace io_base64_test
