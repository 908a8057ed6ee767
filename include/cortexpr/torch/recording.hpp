#pragma once
// What a run recorded, asked for by the user's names. No LibTorch here: Tensor is a parameter.

#include <cortexpr/torch/probes.hpp>

#include <boost/hana/at_key.hpp>
#include <boost/hana/contains.hpp>
#include <boost/hana/map.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/type.hpp>

#include <utility>

namespace cortexpr {

/// The result of one run. Values is a Boost.Hana map from keys of probes to tensors: a state that was not recorded has
/// no entry, and asking for it does not compile. Recorded values are (B, T, C, H, W), or (T, B, C, H, W) where the
/// run's layout is time_first.
template <class Declared, class Result, class Values>
class recording {
  public:
    recording(Result result, Values values) : result_(std::move(result)), values_(std::move(values)) {}

    /// States of all steps of a neuron type: state<V1, E>(); where there is one area, state<E>().
    template <class... Names>
    auto state() const {
        return value<record<Names...>>();
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

    /// The last area's output at the last step, (B, C, H, W): always there.
    auto final_output() const { return result_.output; }

    /// (B, classes), or (T, B, classes) with all_logits{}.
    auto logits() const {
        constexpr bool is_classifier = !Declared::wired || plan_of<Declared>.is_classifier();
        using error = std::conditional_t<is_classifier, detail::nothing_to_say, errors::P09_no_logits<Declared>>;
        static_assert(sizeof(error) > 0);
        return result_.logits;
    }

  private:
    template <class Probe>
    auto value() const {
        using traits = detail::option_traits<Declared, Probe>;
        constexpr auto key = boost::hana::type_c<typename traits::key>;
        constexpr bool is_there = decltype(boost::hana::contains(values_, key))::value;
        using error =
            std::conditional_t<is_there || !traits::is_named, detail::nothing_to_say, errors::P08_not_recorded<Probe>>;
        static_assert(sizeof(error) > 0);
        if constexpr (is_there) {
            return values_[key];
        } else {
            return decltype(result_.output){};
        }
    }

    Result result_;
    Values values_;
};

}  // namespace cortexpr
