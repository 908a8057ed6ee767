#include <cortexpr/view/plan.hpp>

#include "numbers.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/view/table.hpp>

#include <array>
#include <string_view>

namespace cortexpr::view {

namespace {

using all_products = std::array<plan::product_steps, plan::connectome_parts>;

/// Two for each multiply-add, of one sample.
std::int64_t operations(const plan::circuit_size& size, const all_products& products,
                        std::int64_t (*steps)(const plan::product_steps&)) {
    std::int64_t sum = 0;
    for (std::size_t part = 0; part < products.size(); ++part) sum += 2 * size.weights[part] * steps(products[part]);
    return sum;
}
std::int64_t forward(const plan::product_steps& steps) { return steps.forward; }
std::int64_t backward(const plan::product_steps& steps) { return steps.to_sources + steps.to_weights; }
std::int64_t both(const plan::product_steps& steps) { return steps.all(); }

std::string names_of(const plan::connectome& network, const plan::projection& projection) {
    if (projection.types.empty()) return "all cells";
    std::string names;
    for (const int type : projection.types)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", network.types[static_cast<std::size_t>(type)].name);
    return names;
}

std::string kind_of(const plan::projection& projection) {
    return projection.kind == projection_kind::dense ? "dense" : "sparse";
}

std::string products_text(const plan::connectome& network, const plan::circuit_size& size, int steps) {
    table table({{"product"},
                 {"kind"},
                 {"weights", alignment::right},
                 {"forward"},
                 {"to sources"},
                 {"to weights"},
                 {"operations", alignment::right},
                 {"share", alignment::right}});
    const auto products = plan::product_steps_of(network, steps);
    const auto all = operations(size, products, both);
    const std::array<std::array<std::string, 2>, plan::connectome_parts> titles{
        {{"stimulus -> " + names_of(network, network.stimulus), kind_of(network.stimulus)},
         {"cells -> cells", "synapses"},
         {names_of(network, network.output) + " -> output", kind_of(network.output)},
         {"output -> readout", "dense"}}};
    for (std::size_t part = 0; part < products.size(); ++part) {
        if (size.weights[part] == 0) continue;
        const bool is_once = part == static_cast<std::size_t>(plan::connectome_part::readout);
        const auto times = [&](int count) {
            return count == 0 ? "-" : is_once ? "once" : fmt::format("{} of {}", count, steps);
        };
        const auto& done = products[part];
        const auto sum = 2 * size.weights[part] * done.all();
        table.row({titles[part][0], titles[part][1], grouped(size.weights[part]), times(done.forward),
                   times(done.to_sources), times(done.to_weights), grouped(sum), share_of(sum, all)});
    }
    return table.text() + "forward, to sources, to weights: steps at which it is computed, and its gradients are\n";
}

std::string savings_text(const plan::connectome& network, const plan::circuit_size& size, int steps) {
    table table({{"rule"},
                 {"forward", alignment::right},
                 {"share", alignment::right},
                 {"backward", alignment::right},
                 {"share", alignment::right}});
    const auto under = [&](int rules) { return plan::product_steps_of(network, steps, rules); };
    const auto forward_under = [&](int rules) { return operations(size, under(rules), forward); };
    const auto backward_under = [&](int rules) { return operations(size, under(rules), backward); };
    const auto row = [&](std::string_view name, std::int64_t done_forward, std::int64_t done_backward) {
        table.row({std::string(name), grouped(done_forward), share_of(done_forward, forward_under(0)),
                   grouped(done_backward), share_of(done_backward, backward_under(0))});
    };
    std::string meanings;
    row("one product for each part and step", forward_under(0), backward_under(0));
    table.rule();
    for (int rule = 0; rule < plan::connectome_saving_count; ++rule) {
        const auto spared_forward = forward_under(rule) - forward_under(rule + 1);
        const auto spared_backward = backward_under(rule) - backward_under(rule + 1);
        if (spared_forward == 0 && spared_backward == 0) continue;
        const auto words = plan::words_of(static_cast<plan::connectome_saving>(rule));
        row(words.name, spared_forward, spared_backward);
        meanings += fmt::format("{}: {}\n", words.name, words.meaning);
    }
    table.rule();
    row("left to do", forward_under(plan::connectome_saving_count), backward_under(plan::connectome_saving_count));
    return table.text() + meanings;
}

/// A gather and a scatter, as the reference has them, save what each synapse adds, besides what the steps save.
std::string saved_text(const plan::circuit_size& size, int steps) {
    const auto synapses = size.weights[static_cast<std::size_t>(plan::connectome_part::synapses)];
    const auto saved = plan::saved_bytes_of(size, steps);
    return fmt::format(
        "saved for the backward pass: {} bytes; a gather and a scatter for each step would save {}, a value for each "
        "synapse besides\n",
        grouped(saved), grouped(saved + 4 * synapses * steps));
}

}  // namespace

std::string plan_text(const plan::connectome& network, const plan::circuit_size& size, int steps) {
    if (steps < 1) throw usage_error(fmt::format("a plan of {} steps was asked for; a run has at least 1", steps));
    return fmt::format("{}: one still input, {} step{}, of which the answer is read\n\n", network.name, steps,
                       steps == 1 ? "" : "s") +
           products_text(network, size, steps) + '\n' + savings_text(network, size, steps) + '\n' +
           saved_text(size, steps);
}

}  // namespace cortexpr::view
