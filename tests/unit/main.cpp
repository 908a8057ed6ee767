// The one `main` of all Catch2 programs. Catch2 2 compiles it from its header; Catch2 3 has a session to run.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
int main(int argument_count, char** arguments) { return Catch::Session().run(argument_count, arguments); }
#else
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
