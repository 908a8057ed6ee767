// A run on one page.

#include "workbench_commands.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/workbench/report.hpp>

#include <filesystem>

namespace cortexpr::application {

int report_command(const plan::network& network, const report_request& request) {
    io::write_file(request.out,
                   workbench::report_page(network, request.run, {request.beside.begin(), request.beside.end()}));
    return 0;
}

}  // namespace cortexpr::application
