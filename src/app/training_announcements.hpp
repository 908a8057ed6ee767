#pragma once
// What `train` tells its user beside the lines of its progress: on standard error what the run is and what looks wrong,
// on standard output how it ended.

#include "program_network.hpp"
#include "run_folder.hpp"
#include "score.hpp"
#include "training_commands.hpp"

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/module/trainable.hpp>
#include <cortexpr/train/trainer.hpp>

#include <string>

namespace cortexpr::application {

/// A run of `train`, as far as something is said of it.
struct announced_training {
    program_network& network;
    const train_request& request;
    const run_settings& settings;
    const run_folder& folder;
    const trainable& module;
    const score& measure;
    const data::labelled_images &train, &test;
};

class training_announcements {
  public:
    static constexpr const char* wiring = "wiring";  ///< in the origin of a file of settings

    explicit training_announcements(const announced_training& of) : of_(of) {}

    /// What the run is. `here`: its origin, by which it may differ from the run that it repeats; `passed_over`: a
    /// checkpoint that can't be used; `resumed`: where it goes on, or null.
    void begin(const run_origin& here, const std::string& passed_over, const training_state* resumed) const;
    /// Before the initialisation, which takes seconds.
    void look_at_start() const;
    /// A line for each fault of the network, of which a user would otherwise learn by a wasted training.
    void look_at_network() const;
    void look_at_score(const epoch_record& last) const;
    void finished(const training_state& state, const epoch_record& kept) const;
    void interrupted(const training_state& state) const;
    static void interrupted_at_once();

  private:
    std::string duration_shown(const data::labelled_images& examples) const;
    void look_at_classes() const;
    /// A line for each thing by which this run differs from the one that it repeats.
    void look_at_origin(run_origin here) const;

    announced_training of_;
};

}  // namespace cortexpr::application
