#include "perturbation_options.hpp"

#include <cortexpr/workbench/named_parts.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

namespace cortexpr::application {

namespace {

using kind = perturbation::kind;

struct row {
    kind of;
    const char* option;
    const char* type;
    const char* help;           ///< of areas
    const char* of_connectome;  ///< of a connectome
};

constexpr std::array rows{
    row{kind::silence, "--silence", "PART",
        "states are 0: V1.I, 'V1.E[0..3]:2..' (subtypes 0 to 3 from step 2), V2-V1 "
        "(feedback)",
        "rates are 0: L1, 'L1[0..3]:2..' (cells 0 to 3 of the type, from step 2), or a cell's id"},
    row{kind::clamp, "--clamp", "PART=RATE", "states are held: V1.E=0.5", "rates are held: Mi1=0.5"},
    row{kind::inject, "--inject", "PART=CURRENT", "added to the drive: 'V1.E[3]@10..12,*=0.5' (rows 10 to 12)",
        "added to the drive: 'Mi1[3]:2..4=0.5' (a cell, at steps 2 to 4)"},
    row{kind::noise, "--noise", "PART=DEVIATION", "numbers from N(0, deviation) are added to the drive: V1.E=0.1",
        "numbers from N(0, deviation) are added to the drive: Mi1=0.1"},
    row{kind::scale_edge, "--scale", "EDGE=FACTOR", "weights of an edge times a factor: V1.E-V1.I=0.5, V2-V1=0",
        "weights of the synapses from a type onto another times a factor: L1-Mi1=0.5"},
    row{kind::cut, "--cut", "EDGE", "nothing passes an edge: V1.E-V1.I, V1.stimulus-V1.E, V2-V1",
        "nothing passes the synapses from a type onto another: L1-Mi1"},
    row{kind::freeze_tau, "--freeze-tau", "PART=TAU", "time constants of a neuron type: V1.E=1",
        "time constants of a cell type or a cell: Mi1=1"}};

}  // namespace

void add_perturbations(CLI::App& command, given_perturbations& given, network_family family) {
    std::array<CLI::Option*, rows.size()> options{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const CLI::callback_t taken = [](const CLI::results_t&) { return true; };  // below, in their order
        options[i] = command
                         .add_option(rows[i].option, taken,
                                     family == network_family::areas ? rows[i].help : rows[i].of_connectome)
                         ->type_name(rows[i].type)
                         ->expected(1)
                         ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                         ->allow_extra_args(false)
                         ->group("Perturbations (each may be given several times)");
    }
    command.parse_complete_callback([&command, &given, options] {
        std::array<std::size_t, rows.size()> read{};
        for (const auto* option : command.parse_order()) {
            const auto found = std::ranges::find(options, option);
            if (found == options.end()) continue;
            const auto i = static_cast<std::size_t>(found - options.begin());
            given.emplace_back(rows[i].of, option->results().at(read[i]++));
        }
    });
}

std::vector<perturbation> perturbations_of(const workbench::any_network& network, const given_perturbations& given) {
    std::vector<perturbation> all;
    for (const auto& [of, text] : given) all.push_back(workbench::perturbation_in(network, of, text));
    return all;
}

std::vector<perturbation> perturbations_in(const workbench::any_network& network, std::string_view text) {
    std::vector<perturbation> all;
    while (!text.empty()) {
        const auto end = std::min(text.find(';'), text.size());
        auto part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
        part = part.substr(0, part.find_last_not_of(' ') + 1);
        all.push_back(workbench::perturbation_in(network, part));
    }
    return all;
}

}  // namespace cortexpr::application
