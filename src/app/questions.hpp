#pragma once
// What a network can be asked beside training and testing, by subcommands of the program.

#include "program_network.hpp"
#include "settings_options.hpp"

#include <cortexpr/app.hpp>

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace cortexpr::application {

/// What a network of one family can be asked.
class questions {
  public:
    questions() = default;
    questions(const questions&) = delete;
    questions& operator=(const questions&) = delete;
    virtual ~questions() = default;

    virtual void add(CLI::App& program) = 0;
    virtual int answer(const CLI::App& program) = 0;
    /// Settings of the command that was given; null where it has none.
    virtual const given_settings* settings(const CLI::App& program) const = 0;
};

/// Of the program `name`; the others must stay where they are.
std::unique_ptr<questions> questions_to(const plan::network& network, program_network& shown,
                                        const app_options& options, const std::string& name);
std::unique_ptr<questions> questions_to(const plan::connectome& network, program_network& shown,
                                        const app_options& options, const std::string& name);

}  // namespace cortexpr::application
