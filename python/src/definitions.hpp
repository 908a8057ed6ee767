#pragma once
// What the definitions of the extension module's classes share (module.cpp, define_connectome.cpp).

#include <cortexpr/named_value.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/run/options.hpp>

#include <pybind11/pybind11.h>

#include <string_view>

namespace cortexpr::python {

namespace py = pybind11;

using release_gil = py::call_guard<py::gil_scoped_release>;

/// An argument that is a whole number: what would have to be cut to one (2.9 of NumPy, a Decimal) is refused.
inline const auto whole = py::arg().noconvert();

/// \throws usage_error  there is none of the name
inline executor executor_named(std::string_view name) { return value_named<executor>(name, "executor"); }
/// \throws usage_error  likewise
inline layout layout_named(std::string_view name) { return value_named<layout>(name, "layout"); }

/// What the compiler knows of a connectome; its arrays are the library's, which stays loaded.
struct connectome_plan {
    plan::connectome plan;
};

/// Adds ConnectomePlan and Connectome.
void define_connectome(py::module_& module);

}  // namespace cortexpr::python
