#pragma once
// From a plan to C++: the declaration that gives it, and matrices to fill in.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/area.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/plan/lower.hpp>

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <string_view>

namespace cortexpr::describe {

/// A description (describe/describe.hpp) as C++, from the neuron types to the struct of the network's name. Neuron
/// types of different areas may have the same name, so where there are several areas they stand in a namespace of the
/// area's name. Names that are no identifiers, as those of templates, are made ones. A user's nonlinearities are named
/// and not defined. What the description says is not checked: the compiler does that. \throws usage_error  it lacks
/// something, or names a neuron type that isn't there
std::string to_cpp(const nlohmann::ordered_json& description);

/// The declaration of a network, through its description.
std::string to_cpp(const plan::network& network);
/// Likewise. Of a classifier or regressor the connectome itself is named after it, with _cells behind.
std::string to_cpp(const plan::connectome& network);

/// What a matrix is asked for with: a row for feedback, after the stimulus's.
struct template_options {
    bool top_down = false;  ///< with a row `top_down`
};

/// An empty connectivity matrix over neuron types, as C++ to paste and fill in:
///
///     connectivity<
///         //             E  I  output
///         from<stimulus, 0, 0, 0>,
///         from<E,        0, 0, 0>,
///         from<I,        0, 0, 0>>
std::string connectivity_template_text(std::span<const std::string_view> neuron_types, template_options options = {});

/// The template for declared types: connectivity_template<neurons<E, I>>().
template <class Neurons>
std::string connectivity_template(template_options options = {}) {
    return connectivity_template_text(detail::area_part_traits<Neurons>::names, options);
}

}  // namespace cortexpr::describe
