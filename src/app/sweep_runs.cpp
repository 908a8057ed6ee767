#include "sweep_runs.hpp"

#include "../io/input_file.hpp"
#include "../parsed.hpp"
#include "../workbench/run_json.hpp"
#include "interrupt.hpp"
#include "run_folder.hpp"
#include "score.hpp"
#include "settings_entries.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/folders.hpp>
#include <cortexpr/train/checkpoint.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>
#include <thread>
#include <utility>

namespace cortexpr::application {

namespace fs = std::filesystem;

namespace {

fs::path folder_of(const sweep_plan& plan, const sweep_run& run) { return plan.folder / run.name; }
fs::path beside(const sweep_plan& plan, const sweep_run& run, const char* ending) {
    return plan.folder / (run.name + ending);
}

bool has_checkpoint(const fs::path& folder) { return checkpoint_pair::any(folder / run_file::checkpoint); }

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A run as a process.
struct process {
    const sweep_run* run = nullptr;
    ::pid_t id = 0;
};

/// A run's log, locked while this or the run's process has it open: another sweep of the same file leaves both alone.
class locked_log {
  public:
    explicit locked_log(const fs::path& file)
        : descriptor_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
        if (descriptor_ < 0)
            throw file_error(file.string(), fmt::format("can't be written ({})", io::system_reason(errno)));
        // Some network file systems know no locks.
        is_others_ = ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    }
    locked_log(const locked_log&) = delete;
    locked_log& operator=(const locked_log&) = delete;
    ~locked_log() { ::close(descriptor_); }

    int descriptor() const { return descriptor_; }
    bool is_others() const { return is_others_; }

  private:
    int descriptor_;
    bool is_others_ = false;
};

/// Starts a program whose output goes to the end of a log. It gets SIGTERM if this process ends.
::pid_t start(const std::vector<std::string>& command, int log) {
    const auto self = fs::read_symlink("/proc/self/exe").string();
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const auto parent = ::getpid();
    const ::pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent) ::_exit(1);  // it ended before it could be asked
        ::setpgid(0, 0);                        // Ctrl-C is passed on by the sweep, once
        std::signal(SIGPIPE, SIG_DFL);
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        ::execv(self.c_str(), arguments.data());
        ::_exit(127);
    }
    if (child < 0) throw error(fmt::format("no process can be started ({})", io::system_reason(errno)));
    return child;
}

std::vector<std::string> command_of(const sweep_plan& plan, const sweep_run& run, int jobs,
                                    const std::string& program) {
    const auto folder = folder_of(plan, run).string();
    if (has_checkpoint(folder)) return {program, "train", "--resume", folder};
    const auto file = beside(plan, run, ".toml");
    std::vector<std::string> command{program, "train", "--settings", file.string(), "--out", folder};
    const auto settings = entries_in(file, run.settings);
    const bool gives_threads =
        std::ranges::find(settings, std::string_view("threads"), &file_entry::key) != settings.end();
    const auto* of_environment = std::getenv("OMP_NUM_THREADS");
    const bool is_chosen = of_environment != nullptr && *of_environment != '\0';
    if (!is_chosen && !gives_threads) {
        const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
        command.insert(command.end(), {"--threads", std::to_string(std::max(1, cores / jobs))});
    }
    return command;
}

/// The last line that a run said.
std::string last_words(const fs::path& log) {
    auto text = content_of(log);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

class sweep_runner {
  public:
    sweep_runner(const sweep_plan& plan, int jobs, const std::string& program,
                 const std::function<void(const std::string&)>& say)
        : plan_(plan), jobs_(jobs), program_(program), say_(say) {}
    sweep_runner(const sweep_runner&) = delete;
    sweep_runner& operator=(const sweep_runner&) = delete;
    ~sweep_runner() {
        pass_on(SIGTERM);
        for (const auto& one : running_)
            while (::waitpid(one.id, nullptr, 0) < 0 && errno == EINTR) {}
    }

    sweep_report run(const std::vector<const sweep_run*>& runs) {
        std::deque<const sweep_run*> left(runs.begin(), runs.end());
        int passed_on = 0;
        while (!running_.empty() || (!left.empty() && interrupt_guard::signal() == 0)) {
            while (!left.empty() && std::ssize(running_) < jobs_ && interrupt_guard::signal() == 0) {
                begin(*left.front());
                left.pop_front();
            }
            if (const int signal = interrupt_guard::signal(); signal != 0 && passed_on == 0)
                pass_on(passed_on = signal);
            wait();
            if (left.empty() && running_.empty() && !of_others_.empty()) {  // they end, or are this one's to go on with
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
                left.swap(of_others_);
            }
        }
        report_.is_interrupted = interrupt_guard::signal() != 0;
        return report_;
    }

  private:
    void begin(const sweep_run& run) {
        const locked_log log(beside(plan_, run, ".log"));
        if (log.is_others()) {
            of_others_.push_back(&run);
            if (told_.insert(&run).second)
                say_(fmt::format("{}: another sweep trains it, and is waited for", run.name));
            return;
        }
        try {
            require_same_settings(plan_, run);  // another sweep may have begun it since
        } catch (const error& problem) {
            say_(fmt::format("{}: {}", run.name, problem.what()));
            report_.failed.insert(&run);
            return;
        }
        if (finished_summary(plan_, run)) return;
        io::write_file(beside(plan_, run, ".toml"), run.settings);
        const bool goes_on = has_checkpoint(folder_of(plan_, run));
        running_.push_back({&run, start(command_of(plan_, run, jobs_, program_), log.descriptor())});
        say_(fmt::format("{}: {}", run.name, goes_on ? "goes on" : "begins"));
    }

    void pass_on(int signal) {
        for (const auto& one : running_) ::kill(one.id, signal);
    }

    /// Until a process has ended, or a moment has passed.
    void wait() {
        for (auto one = running_.begin(); one != running_.end(); ++one) {
            int status = 0;
            if (::waitpid(one->id, &status, WNOHANG) == 0) continue;
            end(*one->run, status);
            running_.erase(one);
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }

    void end(const sweep_run& run, int status) {
        if (const auto summary = finished_summary(plan_, run)) {
            const auto measure = score_in(*summary);
            say_(fmt::format("{}: test {} {}", run.name, measure.name, measure.text(measure.of(*summary))));
        } else if (interrupt_guard::signal() == 0) {
            const auto log = beside(plan_, run, ".log");
            const auto how = WIFSIGNALED(status) ? fmt::format("was ended by signal {}", WTERMSIG(status))
                                                 : fmt::format("ended with status {}", WEXITSTATUS(status));
            say_(fmt::format("{} {} ({}): {}", run.name, how, log.string(), last_words(log)));
            report_.failed.insert(&run);
        }
    }

    const sweep_plan& plan_;
    int jobs_;
    const std::string& program_;
    const std::function<void(const std::string&)>& say_;
    std::vector<process> running_;
    std::deque<const sweep_run*> of_others_;  ///< trained by another sweep when their turn came
    std::set<const sweep_run*> told_;         ///< those of which this was said
    sweep_report report_;
};

/// The settings of a run by name, whatever their order; a number is one however it is spelt.
std::map<std::string, nlohmann::json> values_of(const std::vector<file_entry>& settings) {
    std::map<std::string, nlohmann::json> values;
    for (const auto& one : settings) {
        auto value = one.value;
        const auto text = value.is_string() ? value.get<std::string>() : std::string();
        if (const auto seed = parsed<std::uint64_t>(text))  // beyond what a double tells apart
            value = *seed;
        else if (const auto number = parsed<double>(text); number && std::isfinite(*number))
            value = *number;
        values[one.key] = std::move(value);
    }
    return values;
}

/// Whether a sweep has begun runs in a folder: beside the settings of each are its log and its folder.
bool holds_sweep(const fs::path& folder) {
    return std::ranges::any_of(fs::directory_iterator(folder), [](const fs::directory_entry& entry) {
        const auto& file = entry.path();
        std::error_code ignored;
        return file.extension() == ".toml" && (fs::exists(fs::path(file).replace_extension(".log"), ignored) ||
                                               fs::is_directory(fs::path(file).replace_extension(), ignored));
    });
}

}  // namespace

std::optional<nlohmann::json> finished_summary(const sweep_plan& plan, const sweep_run& run) {
    auto summary = workbench::json_if_any(folder_of(plan, run) / run_file::summary);
    return summary && summary->value("finished", false) ? summary : std::nullopt;
}

void require_same_settings(const sweep_plan& plan, const sweep_run& run) {
    const auto file = beside(plan, run, ".toml");
    const auto folder = folder_of(plan, run);
    if ((has_checkpoint(folder) || finished_summary(plan, run)) &&
        values_of(read_entries(file)) != values_of(entries_in(file, run.settings)))
        throw usage_error(
            fmt::format("{} was begun with the settings in {}, which are not those of this sweep; choose another "
                        "folder, or remove that run",
                        folder.string(), file.string()));
}

void require_place(const sweep_plan& plan, const std::vector<const sweep_run*>& runs) {
    io::make_folders(plan.folder);
    if (holds_sweep(plan.folder)) return;
    std::vector<std::string> written{"sweep.csv", "sweep.json"};
    for (const auto* run : runs)
        for (const auto* ending : {".toml", ".log"}) written.push_back(run->name + ending);
    std::error_code ignored;
    for (const auto& name : written)
        // Another sweep may have begun since, or just now: its first log is empty then.
        if (fs::exists(fs::symlink_status(plan.folder / name)) && !fs::is_empty(plan.folder / name, ignored) &&
            !holds_sweep(plan.folder))
            throw file_error(
                plan.folder.string(),
                fmt::format("holds {} already, which this sweep would replace; choose another folder", name));
}

sweep_report run_all(const sweep_plan& plan, std::vector<const sweep_run*> runs, int jobs, const std::string& program,
                     const std::function<void(const std::string&)>& say) {
    for (const auto* run : runs) require_same_settings(plan, *run);
    std::erase_if(runs, [&](const sweep_run* run) { return finished_summary(plan, *run).has_value(); });
    require_place(plan, runs);
    return sweep_runner(plan, jobs, program, say).run(runs);
}

}  // namespace cortexpr::application
