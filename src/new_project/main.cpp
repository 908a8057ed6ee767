// cortexpr new NAME
#include "new_project.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/standard_streams.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

namespace {

void answer(const std::string& name, const std::filesystem::path& parent) {
    using namespace cortexpr::new_project;
    const auto folder = in_shell(write(own_installation(), parent, name).string());
    fmt::print(
        "{0}: a network (network.hpp), its program (main.cpp), its tests (network_test.cpp) and a README. Next:\n"
        "  cmake -S {0} -B {0}/build\n"
        "  cmake --build {0}/build && ctest --test-dir {0}/build\n",
        folder);
}

int run(int argc, char** argv) {
    CLI::App program("What comes before a network has a program of its own.", "cortexpr");
    program.require_subcommand(1);
    auto& made =
        *program.add_subcommand("new", "write a folder with a project of your own, which builds with two commands");
    std::string name;
    std::filesystem::path parent = ".";
    made.add_option("NAME", name, "small letters, digits and _; the folder's name, the project's and its program's")
        ->required();
    made.add_option("--in", parent, "the folder to write it into")->check(CLI::ExistingDirectory)->type_name("FOLDER");
    made.footer("Example:\n  cortexpr new my_circuit");
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return program.exit(problem);
        const std::string first = argc > 1 ? argv[1] : "-";
        const bool is_known = first.starts_with('-') || first == made.get_name();
        fmt::print(stderr, "cortexpr: {}; see cortexpr{} --help\n",
                   is_known ? std::string(problem.what()) : fmt::format("there is no subcommand {}, only new", first),
                   is_known && !first.starts_with('-') ? " new" : "");
        return 2;
    }
    answer(name, parent);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    cortexpr::io::hold_standard_descriptors();
    try {
        return cortexpr::io::status_at_end("cortexpr", run(argc, argv));
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "cortexpr: %s\n", problem.what());
        return 1;
    }
}
