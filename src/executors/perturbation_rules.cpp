#include "perturbation_rules.hpp"

#include "../run/amount_rules.hpp"
#include "../run/run_length.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/plan/names.hpp>

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cortexpr::executors {

namespace {

using plan::index;
using kind = perturbation::kind;
using target = perturbation::target;

/// "clamp of V1.E".
std::string shown(const plan::network& plan, const perturbation& one) {
    std::string name;
    if (one.of == target::neuron_type) {
        name = plan::full_name(plan, plan.types[index(one.index)]);
    } else if (one.of == target::edge) {
        name = plan::full_name(plan, plan.edges[index(one.index)]);
    } else {
        name = plan::full_name(plan, plan.feedback[index(one.index)]);
    }
    return fmt::format("{} of {}", name_of(one.is), name);
}

class checker {
  public:
    checker(const plan::network& plan, const perturbation& one, at::ScalarType dtype)
        : plan_(plan), perturbation_(one), dtype_(dtype) {}

    void check() const {
        check_target();
        if (perturbation_.from < 1) refuse("begins at step {}; steps count from 1", perturbation_.from);
        if (perturbation_.to && *perturbation_.to < perturbation_.from)
            refuse("ends at step {}, before it begins at {}", *perturbation_.to, perturbation_.from);
        check_amount();
        if (!perturbation_.is_of_states()) {
            if (!perturbation_.where.is_whole()) refuse("acts as a whole; leave subtypes, positions and images out");
            return;
        }
        const auto& shape = plan_.types[index(perturbation_.index)].shape;
        check_indices("subtype", perturbation_.where.subtypes, shape.channels);
        check_indices("row", perturbation_.where.rows, shape.height);
        check_indices("column", perturbation_.where.columns, shape.width);
    }

    void check_run(const run_length& run, std::int64_t batch) const {
        if (perturbation_.from > run.steps)
            refuse("begins at step {}{}", perturbation_.from, run.why_not_from(perturbation_.from));
        check_indices("image", perturbation_.where.images, batch);
    }

  private:
    template <class... Arguments>
    [[noreturn]] void refuse(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
        throw usage_error(fmt::format("{} {}", shown(plan_, perturbation_),
                                      fmt::format(text, std::forward<Arguments>(arguments)...)));
    }

    void check_target() const {
        const auto count = perturbation_.of == target::neuron_type ? plan_.types.size()
                           : perturbation_.of == target::edge      ? plan_.edges.size()
                                                                   : plan_.feedback.size();
        if (perturbation_.index < 0 || index(perturbation_.index) >= count)
            throw usage_error(fmt::format("a perturbation names number {} of {}", perturbation_.index, count));
        const bool is_of_edges = perturbation_.is == kind::scale_edge || perturbation_.is == kind::cut;
        if (is_of_edges == (perturbation_.of == target::neuron_type))
            refuse("is none; {} acts on {}", name_of(perturbation_.is),
                   is_of_edges ? "edges and feedback" : "neuron types");
    }

    void check_amount() const {
        const bool needs_amount =
            perturbation_.is != kind::silence && perturbation_.is != kind::cut && perturbation_.is != kind::freeze_tau;
        if (needs_amount && !perturbation_.amount) refuse("lacks its amount");
        if (!perturbation_.amount) return;
        std::optional<neuron_class> rates_of;
        if (perturbation_.of == target::neuron_type)
            if (const auto& type = plan_.types[index(perturbation_.index)]; !plan::has_signed_rates(type))
                rates_of = type.kind;
        const auto fault = fault_of_amount(perturbation_.is, *perturbation_.amount, dtype_, rates_of);
        if (!fault.empty()) refuse("{}", fault);
    }

    void check_indices(std::string_view what, const std::vector<int>& indices, std::int64_t count) const {
        for (const int index : indices)
            if (index < 0 || index >= count) refuse("names {} {}; there are {}s 0 to {}", what, index, what, count - 1);
    }

    const plan::network& plan_;
    const perturbation& perturbation_;
    at::ScalarType dtype_;
};

}  // namespace

void check_perturbations(const plan::network& plan, const std::vector<perturbation>& perturbations,
                         at::ScalarType dtype) {
    for (const auto& one : perturbations) checker(plan, one, dtype).check();
}

void check_perturbations(const plan::network& plan, const run_request& request, const run_shape& shape,
                         at::ScalarType dtype) {
    check_perturbations(plan, request.perturbations, dtype);
    const auto run = run_length::of(request.continuous, shape.steps);
    for (const auto& one : request.perturbations) checker(plan, one, dtype).check_run(run, shape.batch);
}

}  // namespace cortexpr::executors
