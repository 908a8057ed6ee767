#include "training_announcements.hpp"

#include "data_sets.hpp"
#include "numbers.hpp"

#include <cortexpr/io/standard_streams.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

namespace cortexpr::application {

namespace {

template <class... Values>
void note(fmt::format_string<Values...> text, Values&&... values) {
    io::say(stderr, fmt::format(text, std::forward<Values>(values)...));
}

}  // namespace

void training_announcements::begin(const run_origin& here, const std::string& passed_over,
                                   const training_state* resumed) const {
    note("{}: {} parameters; {} training {}, {} test {}; {}, {}; seed {}; results in {}\n", of_.module.name(),
         grouped(count_of_numbers(of_.module)), grouped(of_.train.count), kind_of(of_.train), grouped(of_.test.count),
         kind_of(of_.test), of_.settings.device,
         of_.settings.threads == 1 ? "1 thread" : fmt::format("{} threads", of_.settings.threads), of_.settings.seed,
         of_.folder.path().string());
    if (!passed_over.empty()) note("warning: {}\n", passed_over);
    if (of_.train.frames != of_.test.frames)
        note("warning: training shows {}, the test {}\n", duration_shown(of_.train), duration_shown(of_.test));
    if (of_.settings.balance_classes) look_at_classes();
    if (resumed != nullptr && !of_.settings.tensorboard && std::filesystem::exists(of_.folder.events()))
        note("{} ends here, since --tensorboard is off\n", of_.folder.events().string());
    if (resumed != nullptr) note("continues after {} epochs and {} batches\n", resumed->epochs, resumed->batches);
    look_at_origin(here);
}

std::string training_announcements::duration_shown(const data::labelled_images& examples) const {
    const int steps = examples.is_sequence() ? examples.frames : of_.settings.steps;
    return fmt::format("{} of {} step{}", examples.is_sequence() ? "sequences" : "still images", steps,
                       steps == 1 ? "" : "s");
}

void training_announcements::look_at_classes() const {
    std::vector<int> missing;
    for (int label = 0; label < of_.train.classes; ++label)
        if (std::ranges::find(of_.train.labels, label) == of_.train.labels.end())
            missing.push_back(label + of_.train.first_label);
    if (!missing.empty())
        note("warning: {} has no example of class {}, which is left out of the balance\n", of_.train.source,
             fmt::join(missing, ", "));
}

void training_announcements::look_at_origin(run_origin here) const {
    if (!of_.request.settings) return;
    const auto noted = of_.request.origin.find(wiring);
    const auto other = of_.module.difference_from(noted == of_.request.origin.end() ? "" : noted->second);
    if (!other.empty()) {
        note("warning: the run that wrote {} began with {}; it may end with other numbers\n", *of_.request.settings,
             other);
        here.erase("declaration");  // of which a wiring is part
    }
    here.erase(wiring);
    for (const auto& [what, value] : of_.request.origin)
        if (const auto found = here.find(what); found != here.end() && found->second != value)
            note("warning: the run that wrote {} had {} {}, this one has {}; it may end with other numbers\n",
                 *of_.request.settings, what, value, found->second);
}

void training_announcements::look_at_start() const {
    const auto batches = (std::int64_t{of_.train.count} + of_.settings.batch_size - 1) / of_.settings.batch_size;
    if (of_.settings.warm_up > 0 && of_.settings.warm_up >= of_.settings.epochs * batches)
        note(
            "warning: the warm-up of {} iterations is as long as the training, {}; the learning rate never reaches "
            "{} (--warm-up)\n",
            of_.settings.warm_up, of_.settings.epochs * batches, of_.settings.learning_rate);
    for (const auto& advice : of_.network.advice()) note("warning: {}\n", advice);
    note("{}\n", of_.network.initialisation(of_.settings));
}

void training_announcements::look_at_network() const {
    if (!of_.settings.perturbations.empty()) return;  // what is silent may be meant to be
    for (const auto& fault : of_.network.complaints(of_.network.health(of_.train, of_.settings.steps)))
        note(
            "warning: {}; {} check shows rates and gradients; more --steps, a smaller --lr or another wiring may "
            "help\n",
            fault, of_.request.program);
}

void training_announcements::look_at_score(const epoch_record& last) const {
    if (of_.measure.is_r2) {
        if (of_.measure.of(last) <= 0)
            note("warning: after epoch {} the test R², {}, is no better than that of the targets' mean, 0\n",
                 last.epoch, of_.measure.text(of_.measure.of(last)));
        return;
    }
    const double chance = 1.0 / of_.module.classes();
    // Of a few images a guess may have all right, and nothing is known.
    const double beyond_chance = chance + 2 * std::sqrt(chance * (1 - chance) / of_.test.count);
    if (beyond_chance <= 1 && last.test_accuracy < beyond_chance)
        note("warning: after epoch {} the test accuracy, {}, is no better than chance\n", last.epoch,
             percent(last.test_accuracy, 2));
}

void training_announcements::finished(const training_state& state, const epoch_record& kept) const {
    const int patience = of_.settings.patience.value_or(0);
    if (state.epochs < of_.settings.epochs)
        note("ends after epoch {}: none was better for {}\n", state.epochs,
             patience == 1 ? "1 epoch" : fmt::format("{} epochs", patience));
    io::say(stdout, fmt::format("test {} {} on {} {}\n{}model   {}\ncurves  {}\nplot    {}\n", of_.measure.name,
                                of_.measure.text(of_.measure.of(kept)), grouped(of_.test.count), kind_of(of_.test),
                                fits_text(kept.test_fits), of_.folder.model().string(), of_.folder.curves().string(),
                                of_.folder.plot().string()));
}

void training_announcements::interrupted_at_once() {
    io::say(stdout, "interrupted before the first iteration; nothing is saved\n");
}

void training_announcements::interrupted(const training_state& state) const {
    io::say(stdout, fmt::format("interrupted after {} iteration{}; the model is in {}, and {} train --resume {} "
                                "continues\n",
                                state.iterations, state.iterations == 1 ? "" : "s", of_.folder.model().string(),
                                of_.request.program, of_.folder.path().string()));
}

}  // namespace cortexpr::application
