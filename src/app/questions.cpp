#include "questions.hpp"

#include "ask_commands.hpp"
#include "checks.hpp"
#include "circuit_settings.hpp"
#include "workbench_commands.hpp"

#include <cortexpr/run/options.hpp>
#include <cortexpr/train/training_options.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace cortexpr::application {

namespace {

constexpr int most_planned_steps = 10'000;

/// What is asked of a network without running it.
struct ask_requests {
    summary_request summary{};
    plan_request plan{};
    wiring_request wiring{};
    std::string description_form = "json";
};

struct wiring_words {
    const char *labels, *matrix;
};

CLI::App& add_wiring(CLI::App& program, wiring_request& request, const wiring_words& words) {
    auto& wiring = *program.add_subcommand("wiring", "draw the network as a circuit diagram");
    wiring.add_option("--out", request.picture, "file to write: .svg, .png, .pdf, or .dot for Graphviz")
        ->type_name("FILE");
    wiring.add_option("--matrix", request.matrix, fmt::format("draw {} into this file: .svg or .png", words.matrix))
        ->type_name("FILE");
    wiring.footer(
        fmt::format("Arrowheads excite, bars inhibit, circles may do both; {}.\nExample: {} wiring --out wiring.svg",
                    words.labels, program.get_name()));
    return wiring;
}

void add_describe(CLI::App& program, std::string& form) {
    auto& describe =
        *program.add_subcommand("describe", "print the network as JSON, or as the declaration that gives it");
    describe.add_option("--as", form, "json or cpp [json]")->check(CLI::IsMember({"json", "cpp"}));
    describe.footer("Example: " + program.get_name() + " describe --as cpp");
}

constexpr const char* what_plan_prints = "print what is computed at which step, and what that spares";

void add_questions(CLI::App& program, ask_requests& asked) {
    auto& summary = *program.add_subcommand("summary", "print the network as tables");
    summary.add_option("--steps", asked.summary.steps, "time steps that the operations are counted for [5]")
        ->check(count(1, cortexpr::most_steps));
    summary.footer("Example: " + program.get_name() + " summary --steps 10");
    auto& plan = *program.add_subcommand("plan", what_plan_prints);
    plan.add_option("--steps", asked.plan.steps, "time steps [5]")->check(count(1, most_planned_steps));
    plan.add_option("--svg", asked.plan.picture, "draw it into this file, .svg or .png, too")->type_name("FILE");
    plan.add_option_function<std::string>(
            "--device", [&asked](const std::string& device) { asked.plan.on_gpu = device == "cuda"; },
            "cuda: also print which kernels a GPU runs, and why [cpu]")
        ->check(CLI::IsMember({"cpu", "cuda"}));
    plan.footer("Example: " + program.get_name() + " plan --steps 5 --svg plan.svg");
    add_wiring(program, asked.wiring,
               {.labels = "an edge is labelled by its kernel's extent", .matrix = "the connectivity matrix"});
    add_describe(program, asked.description_form);
}

/// What a network of either family can be asked while it runs, or after it has.
class workbench_questions : public questions {
  public:
    workbench_questions(program_network& shown, network_family family, const app_options& options,
                        const std::string& name)
        : shown_(shown),
          options_(options),
          record_{.shown = {.program = name, .make_data = options.make_data}},
          perturb_{.shown = {.program = name, .make_data = options.make_data}},
          analyse_{.shown = {.program = name, .make_data = options.make_data}} {
        for (auto* given :
             {&record_.shown.given, &perturb_.shown.given, &analyse_.shown.given, &plot_.given, &report_.given})
            given->values.family = family;
    }

    void add(CLI::App& program) override {
        add_record(program, record_, options_);
        add_perturb(program, perturb_, options_);
        add_analyse(program, analyse_, options_);
        add_plot(program, plot_, options_);
        add_report(program, report_, options_);
    }
    int answer(const CLI::App& program) override {
        if (program.got_subcommand("plot")) return plot();
        if (program.got_subcommand("report")) {
            // Without any, those that the run notes.
            if (report_.given.has("--synapses") || !options_.files.synapses.empty())
                default_circuit(report_.given, options_);
            return report_command(shown_, report_);
        }
        if (program.got_subcommand("record")) {
            complete(record_.shown.given);
            return record_command(shown_, record_);
        }
        if (program.got_subcommand("perturb")) {
            complete(perturb_.shown.given);
            return perturb_command(shown_, perturb_);
        }
        analyse_.shown.makes_stimuli = makes_stimuli(analyse_);
        if (analyse_.shown.makes_stimuli && !analyse_.shown.models.empty())
            default_circuit(analyse_.shown.given, options_);
        else
            complete(analyse_.shown.given);
        return analyse_command(shown_, analyse_);
    }
    const given_settings* settings(const CLI::App& program) const override {
        if (program.got_subcommand("record")) return &record_.shown.given;
        if (program.got_subcommand("analyse")) return &analyse_.shown.given;
        return program.got_subcommand("perturb") ? &perturb_.shown.given : nullptr;
    }

  protected:
    const app_options& options() const { return options_; }

  private:
    void complete(given_settings& given) {
        default_data(given, options_);
        default_circuit(given, options_);
    }
    /// Cells and synapses are needed for weights alone.
    int plot() {
        if (plot_.of == plot_request::figure::weights) default_circuit(plot_.given, options_);
        return plot_command(shown_, plot_);
    }

    program_network& shown_;
    const app_options& options_;
    record_request record_;
    perturb_request perturb_;
    analyse_request analyse_;
    plot_request plot_{};
    report_request report_{};
};

class questions_to_areas final : public workbench_questions {
  public:
    questions_to_areas(const plan::network& network, program_network& shown, const app_options& options,
                       const std::string& name)
        : workbench_questions(shown, network_family::areas, options, name), network_(network) {}

    void add(CLI::App& program) override {
        workbench_questions::add(program);
        add_questions(program, asked_);
    }
    int answer(const CLI::App& program) override {
        if (program.got_subcommand("wiring")) return wiring_command(network_, asked_.wiring);
        if (program.got_subcommand("describe")) return describe_command(network_, asked_.description_form);
        if (program.got_subcommand("plan")) return plan_command(network_, asked_.plan);
        if (program.got_subcommand("summary")) return summary_command(network_, asked_.summary);
        return workbench_questions::answer(program);
    }

  private:
    const plan::network& network_;
    ask_requests asked_{};
};

class questions_to_cells final : public workbench_questions {
  public:
    questions_to_cells(const plan::connectome& network, program_network& shown, const app_options& options,
                       const std::string& name)
        : workbench_questions(shown, network_family::connectome, options, name), network_(network) {
        for (auto* given : {&asked_.summary.given, &asked_.plan.given, &asked_.wiring.given})
            given->values.family = network_family::connectome;
    }

    void add(CLI::App& program) override {
        workbench_questions::add(program);
        auto& summary = *program.add_subcommand("summary", "print types, cells and synapses as tables");
        add_circuit_settings(summary, asked_.summary.given, options());
        summary
            .add_option("--matrix", asked_.summary.matrix, "draw the synapses from type to type into this file, too")
            ->type_name("FILE");
        summary.add_option("--degrees", asked_.summary.degrees, "draw how in- and out-degrees are distributed, too")
            ->type_name("FILE");
        summary.footer("Example: " + program.get_name() + " summary --matrix types.svg --degrees degrees.svg");
        auto& plan = *program.add_subcommand("plan", what_plan_prints);
        add_circuit_settings(plan, asked_.plan.given, options());
        plan.add_option("--steps", asked_.plan.steps, "time steps [5]")->check(count(1, cortexpr::most_steps));
        plan.footer("Example: " + program.get_name() + " plan --steps 10");
        auto& wiring = add_wiring(
            program, asked_.wiring,
            {.labels = "an edge is labelled by its number of synapses", .matrix = "the synapses from type to type"});
        add_circuit_settings(wiring, asked_.wiring.given, options());
        add_describe(program, asked_.description_form);
    }
    int answer(const CLI::App& program) override {
        if (program.got_subcommand("describe")) return describe_command(network_, asked_.description_form);
        if (program.got_subcommand("wiring")) {
            default_circuit(asked_.wiring.given, options());
            return wiring_command(network_, options(), asked_.wiring);
        }
        if (program.got_subcommand("summary")) {
            default_circuit(asked_.summary.given, options());
            return summary_command(network_, options(), asked_.summary);
        }
        if (program.got_subcommand("plan")) {
            default_circuit(asked_.plan.given, options());
            return plan_command(network_, options(), asked_.plan);
        }
        return workbench_questions::answer(program);
    }

  private:
    const plan::connectome& network_;
    ask_requests asked_{};
};

}  // namespace

std::unique_ptr<questions> questions_to(const plan::network& network, program_network& shown,
                                        const app_options& options, const std::string& name) {
    return std::make_unique<questions_to_areas>(network, shown, options, name);
}

std::unique_ptr<questions> questions_to(const plan::connectome& network, program_network& shown,
                                        const app_options& options, const std::string& name) {
    return std::make_unique<questions_to_cells>(network, shown, options, name);
}

}  // namespace cortexpr::application
