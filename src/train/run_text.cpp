#include "run_text.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include "../io/json_bounds.hpp"
#include "../io/json_integers.hpp"
#include "log_json.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr {

namespace {

using nlohmann::json;

// Between the ends of two records or fits of targets. The parser looks through a list for what is left out at the end
// of each of its objects: more would take long.
constexpr int most_values = 20'000;

/// For the parser: takes the records out of the tree as soon as each is whole, and before it the fits of its targets.
class log_reader {
  public:
    explicit log_reader(const std::filesystem::path& file) : file_(file) {}

    bool operator()(int depth, json::parse_event_t event, json& value) {
        if (++values_ > most_values)
            throw file_error(file_.string(), fmt::format("has more than {} values in one record of its log, or beside "
                                                         "them; it is no checkpoint that training writes",
                                                         most_values));
        if (event == json::parse_event_t::key) path_[static_cast<std::size_t>(std::min(depth, 5))] = value;
        if (event != json::parse_event_t::object_end || path_[1] != run_member::state) return true;
        if (depth == 3 && path_[2] == run_member::intervals) return take(value, log_.intervals);
        if (path_[2] != run_member::epochs) return true;
        if (depth == 5 && path_[4] == run_member::fits) return take(value, fits_);
        if (depth != 3) return true;
        take(value, log_.epochs);
        log_.epochs.back().test_fits = std::exchange(fits_, {});
        return false;
    }

    training_log taken() { return std::move(log_); }

  private:
    /// False: the tree goes on without it.
    template <class Record>
    bool take(const json& value, std::vector<Record>& records) {
        static const json like = Record{};
        io::require_integers(value, like);
        records.push_back(value.get<Record>());
        values_ = 0;
        return false;
    }

    const std::filesystem::path& file_;
    training_log log_{};
    std::vector<target_fit> fits_{};     ///< of the record that is read
    std::array<std::string, 6> path_{};  ///< the keys that were read last, by depth from 1
    int values_ = 0;
};

/// All but the state is bounded before it is read.
template <class Read>
auto bounded(const std::filesystem::path& file, std::string_view text, Read&& read) {
    const io::json_bounds bounds{.bytes = io::any_bytes, .left_out = run_member::state};
    if (const auto fault = io::json_beyond(text, bounds); !fault.empty())
        throw file_error(file.string(), fmt::format("the description of its run {}", fault));
    try {
        return read();
    } catch (const json::exception& problem) {
        malformed(file, problem);
    }
}

void require_version(const std::filesystem::path& file, const json& run) {
    io::require_integers(run.at("version"), checkpoint_version);
    const auto version = run.at("version").get<int>();
    if (version != checkpoint_version)
        throw file_error(
            file.string(),
            fmt::format("is a checkpoint of version {}, and this build of cortexpr reads version {}: only the "
                        "build that wrote it can go on with it, but its model files can be read",
                        version, checkpoint_version));
}

}  // namespace

run_text read_run_text(const std::filesystem::path& file, std::string_view text) {
    return bounded(file, text, [&] {
        log_reader reader(file);
        auto run = json::parse(
            text, [&](int depth, json::parse_event_t event, json& value) { return reader(depth, event, value); });
        require_version(file, run);
        for (const auto list : {run_member::intervals, run_member::epochs}) {
            const auto& left = run.at(run_member::state).at(list);
            if (!left.is_array() || !left.empty())
                throw file_error(file.string(), fmt::format("has something else than records in its log ({})", list));
        }
        return run_text{std::move(run), reader.taken()};
    });
}

nlohmann::json read_run_head(const std::filesystem::path& file, std::string_view text) {
    return bounded(file, text, [&] {
        auto run = json::parse(text, io::json_without(run_member::state));
        require_version(file, run);
        return run;
    });
}

void malformed(const std::filesystem::path& file, const nlohmann::json::exception& problem) {
    throw file_error(file.string(), fmt::format("the checkpoint's description is malformed ({})", problem.what()));
}

}  // namespace cortexpr
