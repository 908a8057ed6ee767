// Errors: one base for all, and a sentence that names the file.

#include <cortexpr/error.hpp>

#include "catch.hpp"

#include <string>

namespace error_test {

using namespace cortexpr;

TEST_CASE("every error is caught as an error of the library, with its sentence", "[error]") {
    const auto text_of = [](auto thrown) {
        try {
            throw thrown;
        } catch (const error& fault) {
            return std::string(fault.what());
        }
    };
    CHECK(text_of(error("a sentence")) == "a sentence");
    CHECK(text_of(usage_error("give 1")) == "give 1");
    CHECK(text_of(file_error("a/b.csv", "is empty")) == "a/b.csv: is empty");
    CHECK(file_error("a/b.csv", "is empty").path() == "a/b.csv");
    STATIC_REQUIRE(std::is_base_of_v<std::runtime_error, error>);
    STATIC_REQUIRE_FALSE(std::is_base_of_v<usage_error, file_error>);
}

}  // namespace error_test
