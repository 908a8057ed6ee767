#pragma once
// What the command line asks for, and the commands that do it. Each returns the exit status.

#include <cortexpr/app.hpp>
#include <cortexpr/plan/network.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace cortexpr::application {

/// `train`. What isn't given comes from the defaults, or with --resume from the run that is continued.
struct train_request {
    std::string program{};
    decltype(app_options::make_data) make_data = nullptr;
    std::optional<std::string> data{};
    std::optional<std::string> out{};
    std::optional<std::string> resume{};
    std::optional<std::string> json{};
    std::optional<int> epochs{};
    std::optional<int> batch_size{};
    std::optional<int> steps{};
    std::optional<double> learning_rate{};
    std::optional<std::uint64_t> seed{};
    std::optional<double> averaging{};
    std::optional<double> final_learning_rate{};
    std::optional<int> warm_up{};
    std::optional<int> log_every{};
    bool loss_all_steps = false;
    bool cuda_graph = false;
    std::optional<std::string> initialisation{};
    std::optional<std::string> device{};
    std::optional<std::string> precision{};
    std::optional<int> threads{};
    std::optional<int> train_limit{};
    std::optional<int> test_limit{};
};

/// `test`.
struct test_request {
    std::string program{};
    decltype(app_options::make_data) make_data = nullptr;
    std::string model{};
    std::string data{};  ///< unused where make_data is there
    std::optional<std::string> json{};
    std::optional<int> steps{};  ///< default: what the model's file says, else 5
    int batch_size = 256;
    std::string device = "cpu";
    std::string precision = "float32";
    std::optional<int> threads{};
    std::optional<int> limit{};
};

int train_command(const plan::network& network, const train_request& request);
int test_command(const plan::network& network, const test_request& request);
int summary_command(const plan::network& network, int steps);
/// `plan`; `picture` is the file that the schedule is drawn into, if any.
int plan_command(const plan::network& network, int steps, const std::optional<std::string>& picture);
/// `describe`; `form` is "json" or "cpp".
int describe_command(const plan::network& network, const std::string& form);

}  // namespace cortexpr::application
