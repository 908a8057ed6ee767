// The extension module cortexpr._engine: what the package's Python code calls. Docstrings and types are those of the
// package (cortexpr/network.py, cortexpr/_engine.pyi).

#include "declared_library.hpp"
#include "network.hpp"

#include <cortexpr/describe/declaration.hpp>
#include <cortexpr/describe/describe.hpp>
#include <cortexpr/describe/read.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/plan/facts.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/view/summary.hpp>

#include <c10/util/Exception.h>
#include <torch/csrc/utils/pybind.h>

#include <fmt/format.h>
#include <pybind11/stl.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace {

namespace py = pybind11;
using cortexpr::plan::stored_network;
using cortexpr::python::named_request;
using cortexpr::python::named_result;
using cortexpr::python::network;

using release_gil = py::call_guard<py::gil_scoped_release>;

/// A sentence of the library, in Python's words.
std::string in_python(std::string text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> words{{
        {"torch::kFloat", "torch.float32"},
        {"torch::kDouble", "torch.float64"},
        {"steps{5}", "steps=5"},
        {"; call project() after each step of an optimiser",
         "; call project() after each step of an optimiser, or cortexpr.optim.project_after(optimizer) once"},
    }};
    for (const auto& [ours, theirs] : words)
        if (const auto place = text.find(ours); place != std::string::npos) text.replace(place, ours.size(), theirs);
    return text;
}

/// Raises an exception class of cortexpr/errors.py.
void raise(const char* name, const std::string& text) {
    const auto type = py::module_::import("cortexpr.errors").attr(name);
    PyErr_SetString(type.ptr(), in_python(text).c_str());
}

void translate(std::exception_ptr thrown) {
    try {
        std::rethrow_exception(std::move(thrown));
    } catch (const cortexpr::file_error& error) {
        raise("FileError", error.what());
    } catch (const cortexpr::usage_error& error) {
        raise("UsageError", error.what());
    } catch (const cortexpr::error& error) {
        raise("Error", error.what());
    } catch (const c10::Error& error) {
        PyErr_SetString(PyExc_RuntimeError, error.what_without_backtrace());
    }
}

nlohmann::ordered_json parsed(const std::string& text) {
    try {
        return nlohmann::ordered_json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        throw cortexpr::usage_error(fmt::format("the description is no JSON: {}", error.what()));
    }
}

/// The keys of the state dict.
std::vector<std::string> parameter_names(const stored_network& plan) {
    std::vector<std::string> names;
    for (const auto& one : plan.network().parameters) names.emplace_back(std::string_view(one.name));
    return names;
}

cortexpr::executor executor_named(std::string_view name) {
    using cortexpr::executor;
    for (const auto one : {executor::planned, executor::transparent, executor::batched, executor::on_chip})
        if (name == name_of(one)) return one;
    throw cortexpr::usage_error(
        fmt::format("\"{}\" is no executor; use planned, transparent, batched or on_chip", name));
}

cortexpr::layout layout_named(std::string_view name) {
    if (name == "batch_first") return cortexpr::layout::batch_first;
    if (name == "time_first") return cortexpr::layout::time_first;
    throw cortexpr::usage_error(fmt::format("\"{}\" is no layout; use batch_first or time_first", name));
}

constexpr std::array<std::string_view, 6> kinds{"none", "area", "network", "classifier", "connectome", "regressor"};

void define_plan(py::module_& module) {
    py::class_<stored_network>(module, "Plan")
        .def(py::init([](const std::string& description) { return cortexpr::describe::read(parsed(description)); }),
             py::arg("description"))
        .def_property_readonly("name", [](const stored_network& plan) { return std::string(plan.network().name); })
        .def_property_readonly("input_shape",
                               [](const stored_network& plan) {
                                   const auto& input = plan.network().areas.front().input;
                                   return py::make_tuple(input.channels, input.height, input.width);
                               })
        .def_property_readonly("classes", [](const stored_network& plan) { return plan.network().readout.classes; })
        .def("parameter_names", &parameter_names)
        .def("parameter_count",
             [](const stored_network& plan) { return cortexpr::plan::parameter_count(plan.network()); })
        .def("find_parameter",
             [](const stored_network& plan, const std::string& name) {
                 return cortexpr::plan::find_parameter(plan.network(), name);
             })
        .def("to_json", [](const stored_network& plan) { return cortexpr::describe::to_json(plan.network()).dump(); })
        .def("to_cpp", [](const stored_network& plan) { return cortexpr::describe::to_cpp(plan.network()); })
        .def("summary",
             [](const stored_network& plan, int steps) { return cortexpr::view::summary_text(plan.network(), steps); });
}

void define_time(py::module_& module) {
    using cortexpr::continuous_time;
    py::class_<continuous_time>(module, "ContinuousTime")
        .def(py::init([](double end, double start, int evaluations, const std::string& method, double step,
                         double relative_tolerance, double absolute_tolerance) {
                 return continuous_time{.start = start,
                                        .end = end,
                                        .evaluations = evaluations,
                                        .solver = {.method = cortexpr::solve::method_named(method),
                                                   .step = step,
                                                   .relative_tolerance = relative_tolerance,
                                                   .absolute_tolerance = absolute_tolerance}};
             }),
             py::arg("end"), py::arg("start") = 0.0, py::arg("evaluations") = 2, py::kw_only(),
             py::arg("method") = "dopri5", py::arg("step") = 0.0, py::arg("relative_tolerance") = 1e-3,
             py::arg("absolute_tolerance") = 1e-6)
        .def("times", [](const continuous_time& self) { return cortexpr::times_of(self); });
}

void define_network(py::module_& module) {
    py::class_<network>(module, "Network")
        .def(py::init([](const stored_network& plan, const std::string& device, at::ScalarType dtype,
                         std::uint64_t seed, const std::string& executor, const std::string& precision) {
                 return std::make_unique<network>(
                     plan, cortexpr::module_options{.device = device,
                                                    .dtype = dtype,
                                                    .seed = seed,
                                                    .executor = executor_named(executor),
                                                    .precision = cortexpr::precision_named(precision)});
             }),
             py::arg("plan"), py::arg("device"), py::arg("dtype"), py::arg("seed"), py::arg("executor"),
             py::arg("precision"))
        .def("drawn_parameters", &network::drawn_parameters)
        .def(
            "answer",
            [](network& self, const network::tensors& parameters, bool training, const at::Tensor& input,
               std::optional<int> steps, const std::string& layout, bool all_steps) {
                return self.answer(parameters, training, input, steps, layout_named(layout), all_steps);
            },
            release_gil())
        .def(
            "run",
            [](network& self, const network::tensors& parameters, bool training, const at::Tensor& input,
               std::optional<int> steps, const std::string& layout, bool all_steps, std::vector<std::string> record,
               std::map<std::string, int> silence, std::map<std::string, at::Tensor> start,
               std::vector<std::string> perturbations, std::optional<cortexpr::continuous_time> time) {
                auto result = self.run(parameters, training, input,
                                       named_request{.steps = steps,
                                                     .layout = layout_named(layout),
                                                     .all_steps = all_steps,
                                                     .record = std::move(record),
                                                     .perturbations = std::move(perturbations),
                                                     .time = time,
                                                     .silence = std::move(silence),
                                                     .start = std::move(start)});
                return std::tuple(std::move(result.recorded), std::move(result.final_states), std::move(result.output),
                                  std::move(result.logits), std::move(result.times));
            },
            release_gil())
        .def("project", &network::project, release_gil())
        .def(
            "initialise",
            [](network& self, const network::tensors& parameters, const std::string& how, std::uint64_t seed,
               const at::Tensor& inputs,
               int steps) { self.initialise(parameters, cortexpr::initialisation_named(how), seed, inputs, steps); },
            release_gil())
        .def("save", &network::save, release_gil())
        .def("load", &network::load, release_gil())
        .def_property("step_gains", py::overload_cast<>(&network::step_gains, py::const_),
                      py::overload_cast<const std::vector<double>&>(&network::step_gains))
        .def_property("generator_state", py::overload_cast<>(&network::generator_state, py::const_),
                      py::overload_cast<const at::Tensor&>(&network::generator_state));
}

/// [(name, kind, plan or None)]
py::list declarations_in(const std::string& path) {
    py::list all;
    for (auto& one : cortexpr::python::load_declarations(path)) {
        auto plan = one.plan ? py::cast(*one.plan) : py::none();
        all.append(py::make_tuple(one.name, kinds[static_cast<std::size_t>(one.kind)], plan));
    }
    return all;
}

}  // namespace

PYBIND11_MODULE(_engine, module) {
    py::register_local_exception_translator(translate);
    define_plan(module);
    define_time(module);
    define_network(module);
    module.def("load_declarations", &declarations_in, py::arg("path"));
}
