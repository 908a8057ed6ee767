#pragma once
// The rules enforced: what `area`, `network`, `connectome`, `classifier` and `regressor` derive from. And the same
// question asked without firing.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/area.hpp>
#include <cortexpr/check/classifier.hpp>
#include <cortexpr/check/connectome_verdict.hpp>
#include <cortexpr/check/errors/never.hpp>
#include <cortexpr/check/network.hpp>
#include <cortexpr/check/network_verdict.hpp>
#include <cortexpr/check/verdict.hpp>

namespace cortexpr {

namespace errors {

/// Asked of something else.
template <class Type>
struct not_a_declaration {
    static_assert(never<not_a_declaration>,
                  "[cortexpr] this type is no area, network, connectome, classifier or regressor: give a struct that "
                  "derives from one of them, publicly, and from no second one, and that is defined above; if an error "
                  "above is about this struct, mend that one first");
};

}  // namespace errors

namespace detail {

template <class... Parts>
struct verdict_of<area<Parts...>> {
    using reader = area_reader<Parts...>;
    static constexpr diagnosis found = check::diagnose(reader::declaration);
    static constexpr bool wired = found.ok();
    using type = typename decltype(area_verdict<reader, found>())::type;
};

template <class... Parts>
struct verdict_of<network<Parts...>> {
    using reader = network_reader<std::remove_const_t<Parts>...>;
    static constexpr diagnosis found = check::diagnose(reader::declaration);
    static constexpr bool wired = found.ok() && reader::declaration.areas_wired;
    using type = typename decltype(network_verdict<reader, found>())::type;
};

template <class... Parts>
struct verdict_of<connectome<Parts...>> {
    using reader = connectome_reader<Parts...>;
    static constexpr diagnosis found = check::diagnose(reader::declaration);
    static constexpr bool wired = found.ok();
    using type = typename decltype(connectome_verdict<reader, found>())::type;
};

template <class Reader>
struct readout_verdict {
    using reader = Reader;
    static constexpr diagnosis found = check::diagnose(reader::declaration);
    static constexpr bool wired = found.ok() && reader::declaration.network_wired;
    using type = typename decltype(classifier_verdict<reader, found>())::type;
};
template <class Network, class... Parts>
struct verdict_of<classifier<Network, Parts...>> : readout_verdict<readout_reader<false, Network, Parts...>> {};
template <class Network, class... Parts>
struct verdict_of<regressor<Network, Parts...>> : readout_verdict<readout_reader<true, Network, Parts...>> {};

// A struct derived from a declaration answers for it.
template <class... Parts>
type_box<area<Parts...>> declaration_in(const area<Parts...>*);
template <class... Parts>
type_box<network<Parts...>> declaration_in(const network<Parts...>*);
template <class... Parts>
type_box<connectome<Parts...>> declaration_in(const connectome<Parts...>*);
template <class Network, class... Parts>
type_box<classifier<Network, Parts...>> declaration_in(const classifier<Network, Parts...>*);
template <class Network, class... Parts>
type_box<regressor<Network, Parts...>> declaration_in(const regressor<Network, Parts...>*);

template <class Declared>
concept IsDeclared = requires {
    declaration_in(static_cast<const Declared*>(nullptr));
};

/// What is no declaration keeps no rules and breaks none: it is an error to ask.
template <class Type>
struct no_verdict {
    static_assert(sizeof(errors::not_a_declaration<Type>) > 0);
    static constexpr diagnosis found{};
    static constexpr bool wired = false;
};
template <class Derived>
consteval auto verdict_behind() {
    if constexpr (IsDeclared<Derived>) {
        return type_box<verdict_of<typename decltype(declaration_in(static_cast<const Derived*>(nullptr)))::type>>{};
    } else {
        return type_box<no_verdict<Derived>>{};
    }
}
template <class Derived>
struct verdict_of : decltype(verdict_behind<Derived>())::type {};

/// Whether a declaration keeps all rules; of any other type an error.
template <class Declared>
inline constexpr bool is_wired = verdict_of<Declared>::wired;

}  // namespace detail

/// The rule that a declaration breaks first, or rule::none, asked without firing an error:
/// `broken_rule<area<input<...>, ...>> == rule::receives_nothing`. An error of any other type. (A struct derived from a
/// bad declaration has fired by the time it can be asked; it gives the same answer.)
template <class Declaration>
inline constexpr rule broken_rule = detail::verdict_of<Declaration>::found.broken;

/// Whether a declaration, and all that it is made of, keeps all rules, asked without firing an error of its own:
/// `static_assert(!wirable<area<...>>)`. (A bad area in a network has fired by then, as a struct does.)
template <class Declaration>
inline constexpr bool wirable = detail::verdict_of<Declaration>::wired;

}  // namespace cortexpr
