#include "interrupt.hpp"
#include "sweep_plan.hpp"
#include "sweep_results.hpp"
#include "sweep_runs.hpp"
#include "training_commands.hpp"

#include <cortexpr/io/standard_streams.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>

namespace cortexpr::application {

namespace {

/// As one word of a shell.
std::string quoted(const std::string& text) {
    std::string word = "'";
    for (const char letter : text) word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return word + "'";
}

/// As the value of an option of Slurm, which reads quotes as a shell does.
std::string slurm_value(const std::string& text) {
    if (text.find_first_of("\"\\\n") != std::string::npos)
        throw usage_error(
            fmt::format("{}: Slurm takes no name with quotation marks, backslashes or line breaks", text));
    return '"' + text + '"';
}

/// As a part of a name in which Slurm takes %a and the like for numbers of the job.
std::string without_patterns(const std::string& text) {
    std::string name;
    for (const char letter : text) name += letter == '%' ? std::string("%%") : std::string(1, letter);
    return name;
}

std::string slurm_script(const sweep_request& request, const sweep_plan& plan) {
    const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
    const auto file = std::filesystem::absolute(request.plan).string();
    std::string more;
    for (const auto& text : request.assignments) more += ' ' + quoted(text);
    return fmt::format(
        "#!/bin/sh\n"
        "#SBATCH --job-name={}\n"
        "#SBATCH --array={}{}\n"
        "#SBATCH --output={}\n"
        "cd {} || exit 1\n"
        "exec {} sweep {} --only \"$SLURM_ARRAY_TASK_ID\"{}\n",
        slurm_value(std::filesystem::path(request.plan).stem().string()),
        request.only ? std::to_string(*request.only) : fmt::format("0-{}", plan.runs.size() - 1),
        request.jobs ? fmt::format("%{}", *request.jobs) : "",
        slurm_value(without_patterns(std::filesystem::absolute(plan.folder).string()) + "/slurm-%a.log"),
        quoted(std::filesystem::current_path().string()), quoted(program), quoted(file), more);
}

}  // namespace

int sweep_command(const sweep_request& request, const given_settings& known) {
    std::vector<setting_value> more;
    for (const auto& text : request.assignments) more.push_back(setting_in(text));
    const auto plan = read_sweep(request.plan, known, more);
    std::vector<const sweep_run*> runs;
    for (const auto& run : plan.runs) runs.push_back(&run);
    if (request.only && *request.only >= std::ssize(runs))
        throw usage_error(fmt::format("--only {}: the sweep has runs 0 to {}", *request.only, runs.size() - 1));
    if (request.prints_slurm) {
        require_place(plan, runs);  // where the scheduler writes its logs
        io::say(stdout, slurm_script(request, plan));
        return 0;
    }
    if (request.only) runs = {runs[static_cast<std::size_t>(*request.only)]};
    const interrupt_guard guard;
    const auto say = [](const std::string& text) { io::say(stderr, text + '\n'); };
    const auto report = run_all(plan, runs, request.jobs.value_or(1), request.program, say);
    if (!request.only) give_results(plan, report, [](const std::string& text) { io::say(stdout, text); });
    if (report.is_interrupted) return interrupted_status + interrupt_guard::signal();
    return std::ranges::all_of(runs, [&](const auto* run) { return finished_summary(plan, *run).has_value(); }) ? 0 : 1;
}

}  // namespace cortexpr::application
