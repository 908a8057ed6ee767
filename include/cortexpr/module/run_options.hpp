#pragma once
// How the typed options of run(...) become a run_request, and its result a map by key.

#include <cortexpr/compiler.hpp>

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/module/option_traits.hpp>
#include <cortexpr/module/probes.hpp>

#include <boost/hana/pair.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

namespace cortexpr {

/// The state of a neuron type before the first step, (B, C, H, W): start<V1, E>{state}. Others start as declared.
template <class... Names>
struct start {
    at::Tensor state;  ///< rates, on the type's own grid; B is the input's
};

/// The output of an area before the first step, (B, C, H, W); with area_delay<1> the area above hears it at step 1.
template <class... Area>
struct start_output {
    at::Tensor output;  ///< on the area's grid, with as many channels as `output` declares
};

/// The feedback that an area hears at the first step, (B, C, H, W).
template <class... Area>
struct start_feedback {
    at::Tensor feedback;  ///< on the area's grid, with as many channels as `feedback_channels` declares
};

namespace detail {

template <class Declared>
inline constexpr std::size_t type_count = plan_of<Declared>.types.size();
template <class Declared>
inline constexpr std::size_t area_count = plan_of<Declared>.areas.size();

/// Sets one entry of a vector that is empty where nothing was asked yet.
template <class Entry>
void set_entry(std::vector<Entry>& entries, std::size_t count, int index, const Entry& value) {
    entries.resize(count);
    entries[static_cast<std::size_t>(index)] = value;
}

template <class Declared>
void ask(run_request& request, const steps& option) {
    request.steps = option.count;
}
template <class Declared, int Count>
void ask(run_request& request, const step_count<Count>&) {
    request.steps = Count;
}
template <class Declared>
void ask(run_request& request, const continuous_time& option) {
    request.continuous = option;
}
template <class Declared>
void ask(run_request& request, const layout& option) {
    request.layout = option;
}
template <class Declared>
void ask(run_request& request, const all_logits&) {
    request.all_logits = true;
}
template <class Declared, class... Names>
void ask(run_request& request, const record<Names...>&) {
    set_entry(request.record_states, type_count<Declared>, looked_up<Declared, type_lookup, Names...>, true);
}
template <class Declared, class... Names>
void ask(run_request& request, const record_output<Names...>&) {
    set_entry(request.record_outputs, area_count<Declared>, looked_up<Declared, area_lookup, Names...>, true);
}
template <class Declared, class... Names>
void ask(run_request& request, const record_feedback<Names...>&) {
    set_entry(request.record_feedback, area_count<Declared>, looked_up<Declared, hearing_lookup, Names...>, true);
}
template <class Option>
std::optional<double> amount_of(const Option& option) {
    if constexpr (requires { option.value; }) {
        return option.value;
    } else if constexpr (requires { option.current; }) {
        return option.current;
    } else if constexpr (requires { option.deviation; }) {
        return option.deviation;
    } else if constexpr (requires { option.factor; }) {
        return option.factor;
    } else {
        return std::nullopt;
    }
}

/// A perturbation without types.
template <class Declared, class Option>
requires(perturbation_traits<Declared, Option>::found) perturbation untyped(const Option& option) {
    using as = perturbation_traits<Declared, Option>;
    perturbation one{.is = as::kind,
                     .of = as::target,
                     .index = as::index,
                     .amount = amount_of(option),
                     .from = option.from,
                     .to = option.to};
    if constexpr (requires { option.where; }) one.where = option.where;
    return one;
}
template <class Declared, class Option>
requires(perturbation_traits<Declared, Option>::found) void ask(run_request& request, const Option& option) {
    request.perturbations.push_back(untyped<Declared>(option));
}
template <class Declared, class... Names>
void ask(run_request& request, const start<Names...>& option) {
    set_entry(request.initial_states, type_count<Declared>, looked_up<Declared, type_lookup, Names...>, option.state);
}
template <class Declared, class... Names>
void ask(run_request& request, const start_output<Names...>& option) {
    set_entry(request.initial_outputs, area_count<Declared>, looked_up<Declared, area_lookup, Names...>, option.output);
}
template <class Declared, class... Names>
void ask(run_request& request, const start_feedback<Names...>& option) {
    set_entry(request.initial_feedback, area_count<Declared>, looked_up<Declared, hearing_lookup, Names...>,
              option.feedback);
}

template <int Type>
const at::Tensor& value_of(const run_result& result, state_key<Type>) {
    return result.states[Type];
}
template <int Area>
const at::Tensor& value_of(const run_result& result, output_key<Area>) {
    return result.outputs[Area];
}
template <int Area>
const at::Tensor& value_of(const run_result& result, feedback_key<Area>) {
    return result.feedback[Area];
}

/// The entry that an option adds to the recording: a tuple of one pair, or of none.
template <class Declared, class Option>
auto recorded(const run_result& result) {
    using as = option_traits<Declared, Option>;
    if constexpr (as::is_recorded) {
        using key = typename as::key;
        return boost::hana::make_tuple(
            boost::hana::make_pair(boost::hana::type_c<key>, at::Tensor(value_of(result, key{}))));
    } else {
        return boost::hana::make_tuple();
    }
}

}  // namespace detail

}  // namespace cortexpr
