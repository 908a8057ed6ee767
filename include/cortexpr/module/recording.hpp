#pragma once
// What a run recorded, asked for by the user's names. No LibTorch here: Tensor is a parameter.

#include <cortexpr/compiler.hpp>

#include <cortexpr/module/query.hpp>

#include <boost/hana/at_key.hpp>
#include <boost/hana/contains.hpp>
#include <boost/hana/map.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/type.hpp>

#include <utility>

namespace cortexpr {

/// The result of one run. Values is a Boost.Hana map from keys of probes to tensors: a state that was not recorded has
/// no entry, and asking for it does not compile. Recorded values are (B, T, C, H, W), or (T, B, C, H, W) where the
/// run's layout is time_first. Steps is the number of steps, where that is a constant, or 0.
template <class Declared, class Result, class Values, int Steps = 0>
class recording {
  public:
    /// `values` makes a run's numbers of what the result holds; `time_dimension` is 1 for batch first, 0 for time
    /// first.
    recording(Result result, Values values, int time_dimension = 1)
        : result_(std::move(result)), values_(std::move(values)), time_dimension_(time_dimension) {}

    /// States of all steps of a neuron type: state<V1, E>(); where there is one area, state<E>().
    template <class... Names>
    auto state() const {
        return value<record<Names...>>();
    }

    /// A part of the recorded states of a neuron type: query<V1, E>(at_step{3}, in_batch{0}, subtype<4>{},
    /// position<10, 12>{}), in any order. What is fixed is a dimension less; what is left out stays whole, so that
    /// query<V1, E>() is state<V1, E>(). Throws usage_error where a number is out of range; a constant out of range
    /// does not compile.
    template <class... Names, class... Selectors>
    auto query(const Selectors&... selectors) const {
        using tensor = decltype(result_.output);
        constexpr int type = detail::looked_up<Declared, detail::type_lookup, Names...>;
        if constexpr (type < 0) {
            return tensor{};
        } else {
            constexpr const auto& planned = plan_of<Declared>.types[type];
            if constexpr (detail::checked_query<record<Names...>, planned.shape, Steps, Selectors...>::fits) {
                const tensor recorded = state<Names...>();
                detail::selection all;
                const auto add = [&all](const detail::selection& one) {
                    for (unsigned axis = 0; axis < detail::selection::count; ++axis)
                        if (one.has(detail::selection::axis(axis)))
                            all = all.with(detail::selection::axis(axis), one.index[axis]);
                };
                (add(detail::selector_traits<Selectors>::of(selectors)), ...);
                detail::check_selection(all, planned, plan_of<Declared>.areas[planned.area].name,
                                        recorded.size(time_dimension_), recorded.size(1 - time_dimension_));
                return detail::selected_part(recorded, all, time_dimension_);
            } else {
                return tensor{};
            }
        }
    }

    /// Outputs of all steps of an area: output<V1>(); where there is one area, output().
    template <class... Area>
    auto output() const {
        return value<record_output<Area...>>();
    }

    /// Feedback that was sent to an area at the end of each step.
    template <class... Area>
    auto feedback() const {
        return value<record_feedback<Area...>>();
    }

    /// The state of a neuron type after the last step, (B, C, H, W): always there, to start the next run from.
    template <class... Names>
    auto final_state() const {
        return result_
            .final_states[static_cast<std::size_t>(detail::looked_up<Declared, detail::type_lookup, Names...>)];
    }

    /// In continuous time: when the recorded states, outputs and feedback were evaluated.
    const auto& times() const { return result_.times; }

    /// The last area's output at the last step, (B, C, H, W): always there.
    auto final_output() const { return result_.output; }

    /// (B, classes), or (T, B, classes) with all_logits{}.
    auto logits() const {
        constexpr bool is_classifier = !detail::is_wired<Declared> || plan_of<Declared>.has_readout();
        using refusal = std::conditional_t<is_classifier, detail::nothing_to_say, errors::P09_no_logits<Declared>>;
        static_assert(sizeof(refusal) > 0);
        return result_.logits;
    }

  private:
    template <class Probe>
    auto value() const {
        using traits = detail::option_traits<Declared, Probe>;
        constexpr auto key = boost::hana::type_c<typename traits::key>;
        constexpr bool is_there = decltype(boost::hana::contains(values_, key))::value;
        using refusal =
            std::conditional_t<is_there || !traits::is_named, detail::nothing_to_say, errors::P08_not_recorded<Probe>>;
        static_assert(sizeof(refusal) > 0);
        if constexpr (is_there) {
            return values_[key];
        } else {
            return decltype(result_.output){};
        }
    }

    Result result_;
    Values values_;
    int time_dimension_;
};

}  // namespace cortexpr
