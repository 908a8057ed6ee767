#pragma once
// What the options of run(...) and perturb(...) mean for a network: which part each is about, and which are refused.

#include <cortexpr/compiler.hpp>

#include <cortexpr/module/names.hpp>
#include <cortexpr/module/probes.hpp>
#include <cortexpr/schedule/output_loop.hpp>

#include <cstdint>

namespace cortexpr {

// Defined in run_options.hpp and network_module.hpp, with LibTorch.
template <class... Names>
struct start;
template <class... Area>
struct start_output;
template <class... Area>
struct start_feedback;
enum class layout : std::uint8_t;

namespace detail {

// What a probe is about, whichever way it was named; keys of recordings.
template <int NeuronType>
struct state_key {};
template <int Area>
struct output_key {};
template <int Area>
struct feedback_key {};

template <class Declared, class... Names>
consteval bool hears_nothing() {
    using area = area_lookup<Declared, Names...>;
    if constexpr (area::found) return plan_of<Declared>.areas[area::index].feedback.channels == 0;
    return false;
}

/// An area that hears feedback.
template <class Declared, class... Names>
struct hearing_lookup : area_lookup<Declared, Names...> {};
template <class Declared, class... Names>
requires(hears_nothing<Declared, Names...>()) struct hearing_lookup<Declared, Names...>
    : lookup<errors::P07_hears_no_feedback<typename area_lookup<Declared, Names...>::area>> {
};

/// What can be cut or scaled: an edge, or a feedback edge.
template <class Declared, class... Names>
struct cut_lookup : edge_lookup<Declared, Names...> {};
template <class Declared, class From, class To, cortexpr::edge With>
struct cut_lookup<Declared, feedback<From, To, With>>
    : std::conditional_t<(feedback_index<Declared, From, To>() < 0), lookup<errors::P06_unknown_feedback<From, To>>,
                         found_at<feedback_index<Declared, From, To>()>> {};
/// Which of the two, whatever the network.
template <class... Names>
inline constexpr auto cut_target = perturbation::target::edge;
template <class From, class To, cortexpr::edge With>
inline constexpr auto cut_target<feedback<From, To, With>> = perturbation::target::feedback;

/// What can be silenced: a neuron type, or feedback.
template <class Declared, class... Names>
struct silenced_lookup : type_lookup<Declared, Names...> {};
template <class Declared, class From, class To, cortexpr::edge With>
struct silenced_lookup<Declared, feedback<From, To, With>> : cut_lookup<Declared, feedback<From, To, With>> {};
template <class Source>
concept SourceOfAnArea = std::same_as<Source, stimulus> || std::same_as<Source, top_down>;
template <class Declared, SourceOfAnArea Source>
struct silenced_lookup<Declared, Source> : lookup<errors::P19_silenced_edge<Source>> {};
template <class Declared, class Area, SourceOfAnArea Source>
struct silenced_lookup<Declared, Area, Source> : lookup<errors::P19_silenced_edge<Source>> {};

// What an option of run(...) is about, whichever way it was named, and whether it adds to the recording.
template <class Key>
struct known_option {
    using key = Key;
    static constexpr bool is_option = true, is_named = true, is_recorded = false;
};
/// What a probe with a wrong name is: refused already, so that nothing more is said about it.
template <class Option>
struct unknown_name {
    using key = Option;
    static constexpr bool is_option = true, is_named = false, is_recorded = false;
};
template <class Option, template <int> class Key, int Index>
struct recorded_option : std::conditional_t<(Index < 0), unknown_name<Option>, known_option<Key<Index>>> {
    static constexpr bool is_recorded = Index >= 0;
};
/// Kind tells options apart that are about the same thing.
template <class Option, template <class...> class Kind, template <int> class Key, int Index>
using steering_option = std::conditional_t<(Index < 0), unknown_name<Option>, known_option<Kind<Key<Index>>>>;

template <class Declared, class Option>
struct option_traits {
    using key = Option;
    static constexpr bool is_option = false, is_named = true, is_recorded = false;
};
template <class Declared>
struct option_traits<Declared, steps> : known_option<steps> {};
template <class Declared, int Count>
struct option_traits<Declared, step_count<Count>> : known_option<steps> {};
template <class Declared>
struct option_traits<Declared, continuous_time> : known_option<steps> {};
template <class Declared>
struct option_traits<Declared, layout> : known_option<layout> {};
template <class Declared>
struct option_traits<Declared, all_logits> : known_option<all_logits> {};

template <class Declared, class... Names>
struct option_traits<Declared, record<Names...>>
    : recorded_option<record<Names...>, state_key, looked_up<Declared, type_lookup, Names...>> {};
template <class Declared, class... Area>
struct option_traits<Declared, record_output<Area...>>
    : recorded_option<record_output<Area...>, output_key, looked_up<Declared, area_lookup, Area...>> {};
template <class Declared, class... Area>
struct option_traits<Declared, record_feedback<Area...>>
    : recorded_option<record_feedback<Area...>, feedback_key, looked_up<Declared, hearing_lookup, Area...>> {};

/// The value that a perturbation's type stands for. Where its name is wrong, that is refused, and `found` is false.
template <class Declared, class Option>
struct perturbation_traits {
    static constexpr bool found = false;
};
template <class Declared, template <class, class...> class Lookup, perturbation::kind Kind, class... Names>
struct perturbation_of {
    static constexpr int index = looked_up<Declared, Lookup, Names...>;
    static constexpr bool found = index >= 0;
    static constexpr auto kind = Kind;
    static constexpr auto target = perturbation::target::neuron_type;
};
template <class Declared, class... Names>
struct perturbation_traits<Declared, silence<Names...>>
    : perturbation_of<Declared, silenced_lookup, perturbation::kind::silence, Names...> {};
template <class Declared, class From, class To, cortexpr::edge With>
struct perturbation_traits<Declared, silence<feedback<From, To, With>>>
    : perturbation_of<Declared, silenced_lookup, perturbation::kind::cut, feedback<From, To, With>> {
    static constexpr auto target = perturbation::target::feedback;
};
template <class Declared, class... Names>
struct perturbation_traits<Declared, clamp<Names...>>
    : perturbation_of<Declared, type_lookup, perturbation::kind::clamp, Names...> {};
template <class Declared, class... Names>
struct perturbation_traits<Declared, inject<Names...>>
    : perturbation_of<Declared, type_lookup, perturbation::kind::inject, Names...> {};
template <class Declared, class... Names>
struct perturbation_traits<Declared, noise<Names...>>
    : perturbation_of<Declared, type_lookup, perturbation::kind::noise, Names...> {};
template <class Declared, class... Names>
struct perturbation_traits<Declared, freeze_tau<Names...>>
    : perturbation_of<Declared, type_lookup, perturbation::kind::freeze_tau, Names...> {};
template <class Declared, class... Names>
struct perturbation_traits<Declared, scale_edge<Names...>>
    : perturbation_of<Declared, cut_lookup, perturbation::kind::scale_edge, Names...> {
    static constexpr auto target = cut_target<Names...>;
};
template <class Declared, class... Names>
struct perturbation_traits<Declared, cut<Names...>>
    : perturbation_of<Declared, cut_lookup, perturbation::kind::cut, Names...> {
    static constexpr auto target = cut_target<Names...>;
};

/// Several perturbations of one type may stand in a run.
template <class Declared, class Option>
struct perturbing_option
    : std::conditional_t<perturbation_traits<Declared, Option>::found, known_option<Option>, unknown_name<Option>> {
    static constexpr bool may_repeat = true;
};
template <class Declared, class... Names>
struct option_traits<Declared, silence<Names...>> : perturbing_option<Declared, silence<Names...>> {};
template <class Declared, class... Names>
struct option_traits<Declared, clamp<Names...>> : perturbing_option<Declared, clamp<Names...>> {};
template <class Declared, class... Names>
struct option_traits<Declared, inject<Names...>> : perturbing_option<Declared, inject<Names...>> {};
template <class Declared, class... Names>
struct option_traits<Declared, noise<Names...>> : perturbing_option<Declared, noise<Names...>> {};
template <class Declared, class... Names>
struct option_traits<Declared, freeze_tau<Names...>> : perturbing_option<Declared, freeze_tau<Names...>> {};
template <class Declared, class... Names>
struct option_traits<Declared, scale_edge<Names...>> : perturbing_option<Declared, scale_edge<Names...>> {};
template <class Declared, class... Names>
struct option_traits<Declared, cut<Names...>> : perturbing_option<Declared, cut<Names...>> {};
template <class Declared, class... Names>
struct option_traits<Declared, start<Names...>>
    : steering_option<start<Names...>, start, state_key, looked_up<Declared, type_lookup, Names...>> {};
template <class Declared, class... Area>
struct option_traits<Declared, start_output<Area...>>
    : steering_option<start_output<Area...>, start, output_key, looked_up<Declared, area_lookup, Area...>> {};
template <class Declared, class... Area>
struct option_traits<Declared, start_feedback<Area...>>
    : steering_option<start_feedback<Area...>, start, feedback_key, looked_up<Declared, hearing_lookup, Area...>> {};

/// Index of the first that is no option, or the number of options.
template <class Declared, class... Options>
consteval std::size_t first_stranger() {
    return first_true({!option_traits<Declared, Options>::is_option...});
}

template <class Traits>
concept Repeatable = Traits::may_repeat;
template <class Traits>
inline constexpr bool may_repeat = Repeatable<Traits>;

/// Index of the first option that says something about what another has spoken of before it, or their number.
template <class Declared, class... Options>
consteval std::size_t first_repeated() {
    std::size_t here = 0, found = sizeof...(Options);
    [[maybe_unused]] const auto look = [&]<class Key>(type_box<Key>) {
        std::size_t other = 0;
        ((std::same_as<typename option_traits<Declared, Options>::key, Key> && other < here &&
                  !may_repeat<option_traits<Declared, Options>> && found == sizeof...(Options)
              ? void(found = here)
              : void(),
          ++other),
         ...);
        ++here;
    };
    (look(type_box<typename option_traits<Declared, Options>::key>{}), ...);
    return found;
}

/// Whether a run in continuous time is asked for, of a network in which an output depends on itself at once.
template <class Declared, class... Options>
consteval bool has_instant_loop() {
    if constexpr ((std::same_as<Options, continuous_time> || ...)) return plan::output_loop(plan_of<Declared>) >= 0;
    return false;
}

/// Index of the first that is no perturbation, or their number.
template <class Declared, class... Options>
consteval std::size_t first_not_perturbing() {
    return first_true({!may_repeat<option_traits<Declared, Options>>...});
}

template <class Declared, class... Options>
consteval auto perturbations_verdict() {
    constexpr std::size_t first = first_not_perturbing<Declared, Options...>();
    if constexpr (is_wired<Declared> && first < sizeof...(Options)) {
        return type_box<errors::P23_not_a_perturbation<type_at<first, Options...>>>{};
    } else {
        return type_box<nothing_to_say>{};
    }
}

template <class Declared, class... Options>
struct checked_perturbations {
    using error = typename decltype(perturbations_verdict<Declared, Options...>())::type;
    static_assert(sizeof(error) > 0);
    static constexpr bool fit =
        std::same_as<error, nothing_to_say> && (option_traits<Declared, Options>::is_named && ...);
};

/// Fires where perturb(...) is given something else; true where all is well.
template <class Declared, class... Options>
inline constexpr bool perturbations_fit = checked_perturbations<Declared, Options...>::fit;

template <class Declared, class... Options>
consteval auto options_verdict() {
    constexpr std::size_t count = sizeof...(Options);
    if constexpr (!is_wired<Declared>) {
        return type_box<nothing_to_say>{};
    } else if constexpr (first_stranger<Declared, Options...>() < count) {
        return type_box<errors::P11_not_a_probe<type_at<first_stranger<Declared, Options...>(), Options...>>>{};
    } else if constexpr (first_repeated<Declared, Options...>() < count) {
        return type_box<errors::P10_repeated_probe<type_at<first_repeated<Declared, Options...>(), Options...>>>{};
    } else if constexpr (has_instant_loop<Declared, Options...>()) {
        return type_box<errors::P24_output_depends_on_itself<Declared>>{};
    } else {
        return type_box<nothing_to_say>{};
    }
}

template <class Declared, class... Options>
struct checked_options {
    using error = typename decltype(options_verdict<Declared, Options...>())::type;
    static_assert(sizeof(error) > 0);
    static constexpr bool fit =
        std::same_as<error, nothing_to_say> && (option_traits<Declared, Options>::is_named && ...);
};

/// Fires where run(...) is given something that is no option, or one twice; true where all is well.
template <class Declared, class... Options>
inline constexpr bool options_fit = checked_options<Declared, Options...>::fit;

template <class Option>
inline constexpr int steps_in = 0;
template <int Count>
inline constexpr int steps_in<step_count<Count>> = Count;
/// The number of steps where an option gives it as a constant, or 0.
template <class... Options>
inline constexpr int constant_steps = (0 + ... + steps_in<Options>);

/// Stands for a network about which an error has been reported.
struct refused_network {};
template <>
struct verdict_of<refused_network> {
    static constexpr bool wired = false;
};

}  // namespace detail

}  // namespace cortexpr
