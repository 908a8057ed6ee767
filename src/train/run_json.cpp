#include "run_json.hpp"

#include <nlohmann/json.hpp>

namespace cortexpr {

namespace {

nlohmann::json to_json(const training_sums& sums) {
    return {{"iterations", sums.iterations}, {"images", sums.images},
            {"correct", sums.correct},       {"loss", sums.loss},
            {"seconds", sums.seconds},       {"loading_seconds", sums.loading_seconds}};
}

training_sums sums_from(const nlohmann::json& object) {
    training_sums sums;
    object.at("iterations").get_to(sums.iterations);
    object.at("images").get_to(sums.images);
    object.at("correct").get_to(sums.correct);
    object.at("loss").get_to(sums.loss);
    object.at("seconds").get_to(sums.seconds);
    object.at("loading_seconds").get_to(sums.loading_seconds);
    return sums;
}

}  // namespace

nlohmann::json to_json(const training_options& options) {
    return {{"epochs", options.epochs},
            {"batch_size", options.batch_size},
            {"steps", options.steps},
            {"learning_rate", options.learning_rate},
            {"seed", options.seed},
            {"final_learning_rate",
             options.final_learning_rate ? nlohmann::json(*options.final_learning_rate) : nlohmann::json()},
            {"warm_up", options.warm_up},
            {"averaging", options.averaging},
            {"log_every", options.log_every},
            {"loss_all_steps", options.loss_all_steps}};
}

training_options training_options_from(const nlohmann::json& object) {
    training_options options;
    object.at("epochs").get_to(options.epochs);
    object.at("batch_size").get_to(options.batch_size);
    object.at("steps").get_to(options.steps);
    object.at("learning_rate").get_to(options.learning_rate);
    // Absent from files of before it was an option.
    if (const auto found = object.find("final_learning_rate"); found != object.end() && !found->is_null())
        options.final_learning_rate = found->get<double>();
    object.at("seed").get_to(options.seed);
    object.at("averaging").get_to(options.averaging);
    object.at("warm_up").get_to(options.warm_up);
    object.at("log_every").get_to(options.log_every);
    options.loss_all_steps = object.value("loss_all_steps", false);  // absent from files of before it was an option
    return options;
}

nlohmann::json to_json(const training_state& state) {
    auto intervals = nlohmann::json::array();
    for (const auto& record : state.log.intervals)
        intervals.push_back({{"epoch", record.epoch}, {"iteration", record.iteration}, {"sums", to_json(record.sums)}});
    auto epochs = nlohmann::json::array();
    for (const auto& record : state.log.epochs)
        epochs.push_back({{"epoch", record.epoch},
                          {"iteration", record.iteration},
                          {"train", to_json(record.train)},
                          {"test_loss", record.test_loss},
                          {"test_accuracy", record.test_accuracy},
                          {"test_seconds", record.test_seconds}});
    return {{"epochs", state.epochs},         {"batches", state.batches},
            {"iterations", state.iterations}, {"interval", to_json(state.interval)},
            {"epoch", to_json(state.epoch)},  {"intervals", intervals},
            {"epoch_records", epochs}};
}

training_state training_state_from(const nlohmann::json& object) {
    training_state state;
    object.at("epochs").get_to(state.epochs);
    object.at("batches").get_to(state.batches);
    object.at("iterations").get_to(state.iterations);
    state.interval = sums_from(object.at("interval"));
    state.epoch = sums_from(object.at("epoch"));
    for (const auto& record : object.at("intervals"))
        state.log.intervals.push_back(
            {record.at("epoch").get<int>(), record.at("iteration").get<std::int64_t>(), sums_from(record.at("sums"))});
    for (const auto& record : object.at("epoch_records"))
        state.log.epochs.push_back({record.at("epoch").get<int>(), record.at("iteration").get<std::int64_t>(),
                                    sums_from(record.at("train")), record.at("test_loss").get<double>(),
                                    record.at("test_accuracy").get<double>(), record.at("test_seconds").get<double>()});
    return state;
}

}  // namespace cortexpr
