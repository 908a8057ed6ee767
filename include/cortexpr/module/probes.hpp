#pragma once
// What run(...) is told beside its input, and what its probes mean for a network. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/module/names.hpp>
#include <cortexpr/run/continuous.hpp>
#include <cortexpr/schedule/output_loop.hpp>

namespace cortexpr {

/// For how many steps a still image is shown.
struct steps {
    int count = 1;
};

/// The same as a constant, so that a query for a later step does not compile.
template <int Count>
struct step_count {};

/// Logits of every step, (T, B, classes), instead of those of the last.
struct all_logits {};

/// Record the state of a neuron type at every step: record<V1, E>{}; where there is one area, record<E>{}.
template <class... Names>
struct record {};

/// Record the output of an area at every step: record_output<V1>{}; where there is one area, record_output<>{}.
template <class... Area>
struct record_output {};

/// Record the feedback that is sent to an area at the end of every step.
template <class... Area>
struct record_feedback {};

/// Lesion: the state of a neuron type is 0 from this step (the first is 1). The biases of its edges still act.
template <class... Names>
struct silence {
    int from = 1;
};

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

/// What can be silenced: a neuron type.
template <class Declared, class... Names>
struct silenced_lookup : type_lookup<Declared, Names...> {};
template <class Declared, class From, class To, cortexpr::edge With>
struct silenced_lookup<Declared, feedback<From, To, With>>
    : lookup<errors::P19_silenced_edge<feedback<From, To, With>>> {};
template <class Declared, class Area, class Source>
requires(std::same_as<Source, stimulus> ||
         std::same_as<Source, top_down>) struct silenced_lookup<Declared, Area, Source>
    : lookup<errors::P19_silenced_edge<Source>> {
};

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

template <class Declared, class... Names>
struct option_traits<Declared, silence<Names...>>
    : steering_option<silence<Names...>, silence, state_key, looked_up<Declared, silenced_lookup, Names...>> {};
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
    std::size_t here = 0, found = sizeof...(Options);
    ((!option_traits<Declared, Options>::is_option && found == sizeof...(Options) ? void(found = here++)
                                                                                  : void(++here)),
     ...);
    return found;
}

/// Index of the first option that says something about what another has spoken of before it, or their number.
template <class Declared, class... Options>
consteval std::size_t first_repeated() {
    std::size_t here = 0, found = sizeof...(Options);
    [[maybe_unused]] const auto look = [&]<class Key>(type_box<Key>) {
        std::size_t other = 0;
        ((std::same_as<typename option_traits<Declared, Options>::key, Key> && other < here &&
                  found == sizeof...(Options)
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

template <class Declared, class... Options>
consteval auto options_verdict() {
    constexpr std::size_t count = sizeof...(Options);
    if constexpr (!Declared::wired) {
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

/// Stands for a network about which an error has been told.
struct refused_network {
    static constexpr bool wired = false;
};

}  // namespace detail

}  // namespace cortexpr
