// The extension module cortexpr._engine: what the package's Python code calls. Docstrings and types are those of the
// package (cortexpr/network.py, cortexpr/_engine.pyi).

#include "adam.hpp"
#include "declared_library.hpp"
#include "definitions.hpp"
#include "network.hpp"

#include "interruption.hpp"

#include <cortexpr/describe/declaration.hpp>
#include <cortexpr/describe/describe.hpp>
#include <cortexpr/describe/read.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/plan/facts.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/view/summary.hpp>

#include <c10/util/Exception.h>
#include <torch/csrc/Exceptions.h>
#include <torch/csrc/utils/pybind.h>

#include <fmt/format.h>
#include <pybind11/stl.h>
#include <nlohmann/json.hpp>

#include <array>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace {

namespace py = pybind11;
using cortexpr::plan::stored_network;
using cortexpr::python::adam;
using cortexpr::python::adam_constants;
using cortexpr::python::connectome_plan;
using cortexpr::python::layout_named;
using cortexpr::python::named_request;
using cortexpr::python::network;
using cortexpr::python::owned_by_python;
using cortexpr::python::release_gil;
using cortexpr::python::tensors;
using cortexpr::python::whole;

/// A sentence of the library, in Python's words.
std::string in_python(std::string text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> words{{
        {"torch::kFloat", "torch.float32"},
        {"torch::kDouble", "torch.float64"},
        {"steps{5}", "steps=5"},
        {", or fill connectome_data::stimulus", ", or give arrays"},
        {", or fill connectome_data::output", ", or give arrays"},
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

constexpr const char* out_of_memory =
    "there is not enough memory; give fewer images or steps at once, record less, or make the network smaller";

std::string first_line(const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    return text.substr(0, text.find('\n'));
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
    } catch (const std::bad_alloc&) {
        PyErr_SetString(PyExc_MemoryError, out_of_memory);
    } catch (const c10::OutOfMemoryError& error) {
        const auto type = py::module_::import("torch").attr("OutOfMemoryError");
        PyErr_SetString(type.ptr(), fmt::format("{} ({})", out_of_memory, first_line(error)).c_str());
    } catch (const c10::IndexError& error) {
        PyErr_SetString(PyExc_IndexError, error.what_without_backtrace());
    } catch (const c10::ValueError& error) {
        PyErr_SetString(PyExc_ValueError, error.what_without_backtrace());
    } catch (const c10::TypeError& error) {
        PyErr_SetString(PyExc_TypeError, error.what_without_backtrace());
    } catch (const c10::Error& error) {
        if (first_line(error).find("DefaultCPUAllocator") != std::string::npos) {  // has no type of its own
            PyErr_SetString(PyExc_MemoryError, out_of_memory);
        } else {
            PyErr_SetString(PyExc_RuntimeError, error.what_without_backtrace());
        }
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
        .def(
            "summary",
            [](const stored_network& plan, int steps) { return cortexpr::view::summary_text(plan.network(), steps); },
            whole);
}

void define_time(py::module_& module) {
    using cortexpr::continuous_time;
    py::class_<continuous_time>(module, "ContinuousTime")
        .def(py::init([](double end, double start, int evaluations, const std::string& method, double step,
                         std::int64_t steps, double relative_tolerance, double absolute_tolerance,
                         std::optional<double> first_step, double smallest_step, double largest_step,
                         std::int64_t most_steps, const std::string& gradients,
                         std::optional<std::int64_t> saved_states) {
                 continuous_time time{.start = start,
                                      .end = end,
                                      .evaluations = evaluations,
                                      .solver = {.method = cortexpr::solve::method_named(method),
                                                 .step = step,
                                                 .steps = steps,
                                                 .relative_tolerance = relative_tolerance,
                                                 .absolute_tolerance = absolute_tolerance,
                                                 .first_step = first_step,
                                                 .smallest_step = smallest_step,
                                                 .largest_step = largest_step,
                                                 .most_steps = most_steps,
                                                 .gradients = cortexpr::solve::gradients_named(gradients),
                                                 .saved_states = saved_states}};
                 cortexpr::solve::check(time.solver);
                 return time;
             }),
             py::arg(), py::arg(), whole, py::arg(), py::arg(), whole, py::arg(), py::arg(), py::arg(), py::arg(),
             py::arg(), whole, py::arg(), whole)
        .def("times", [](const continuous_time& self) { return cortexpr::times_of(self); });
}

void define_owned(py::module_& module) {
    py::class_<owned_by_python>(module, "OwnedByPython")
        .def("drawn_parameters", &owned_by_python::drawn_parameters)
        .def(
            "answer",
            [](owned_by_python& self, const tensors& parameters, bool training, const at::Tensor& input,
               std::optional<int> steps, const std::string& layout, bool all_steps) {
                return self.answer(parameters, training, input, steps, layout_named(layout), all_steps);
            },
            py::arg(), py::arg(), py::arg(), whole, py::arg(), py::arg(), release_gil())
        .def("loss", &owned_by_python::loss, release_gil())
        .def("project", &owned_by_python::project, release_gil())
        .def("save", &owned_by_python::save, release_gil())
        .def("load",
             [](owned_by_python& self, const tensors& parameters, const std::string& path) {
                 torch::PyWarningHandler in_python;  // gives LibTorch's warnings to Python's module of that name
                 const py::gil_scoped_release others;
                 self.load(parameters, path);
             })
        .def_property("step_gains", py::overload_cast<>(&owned_by_python::step_gains, py::const_),
                      py::overload_cast<const std::vector<double>&>(&owned_by_python::step_gains))
        .def_property("generator_state", py::overload_cast<>(&owned_by_python::generator_state, py::const_),
                      py::overload_cast<const at::Tensor&>(&owned_by_python::generator_state));
}

void define_adam(py::module_& module) {
    py::class_<adam_constants>(module, "AdamConstants")
        .def(py::init<double, double, double, double, double, bool, bool, bool>());
    py::class_<adam>(module, "Adam")
        .def(py::init([](std::vector<std::array<tensors, 5>> groups, tensors without_memory) {
            std::vector<adam::group> all;
            for (auto& [parameters, means, squares, largest_squares, counts] : groups)
                all.push_back({std::move(parameters), std::move(means), std::move(squares), std::move(largest_squares),
                               std::move(counts)});
            return std::make_unique<adam>(std::move(all), std::move(without_memory));
        }))
        .def("step", &adam::step, release_gil())
        .def("zero_grad", &adam::zero_grad, release_gil())
        .def(
            "train_step",
            [](const adam& self, owned_by_python& network, const tensors& parameters, bool training,
               const at::Tensor& input, const at::Tensor& wanted, std::optional<int> steps, const std::string& layout,
               const std::vector<adam_constants>& constants) {
                auto [loss, is_stepped] = self.train_step(network, parameters,
                                                          {.training = training,
                                                           .input = input,
                                                           .wanted = wanted,
                                                           .steps = steps,
                                                           .layout = layout_named(layout)},
                                                          constants);
                return std::pair(std::move(loss), is_stepped);
            },
            py::arg(), py::arg(), py::arg(), py::arg(), py::arg(), whole, py::arg(), py::arg(), release_gil());
}

void define_network(py::module_& module) {
    py::class_<network, owned_by_python>(module, "Network")
        .def(py::init([](const stored_network& plan, const std::string& device, at::ScalarType dtype,
                         std::uint64_t seed, const std::string& executor, const std::string& precision) {
                 return std::make_unique<network>(
                     plan, cortexpr::module_options{.device = device,
                                                    .dtype = dtype,
                                                    .seed = seed,
                                                    .executor = cortexpr::python::executor_named(executor),
                                                    .precision = cortexpr::precision_named(precision)});
             }),
             py::arg("plan"), py::arg("device"), py::arg("dtype"), py::arg("seed").noconvert(), py::arg("executor"),
             py::arg("precision"))
        .def(
            "run",
            [](network& self, const tensors& parameters, bool training, const at::Tensor& input,
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
            py::arg(), py::arg(), py::arg(), whole, py::arg(), py::arg(), py::arg(), whole, py::arg(), py::arg(),
            py::arg(), release_gil())
        .def(
            "initialise",
            [](network& self, const tensors& parameters, const std::string& how, std::uint64_t seed,
               const at::Tensor& inputs,
               int steps) { self.initialise(parameters, cortexpr::initialisation_named(how), seed, inputs, steps); },
            py::arg(), py::arg(), whole, py::arg(), whole, release_gil());
}

/// [(name, kind, Plan or ConnectomePlan)]
py::list declarations_in(const std::string& path, const std::string& called) {
    py::list all;
    for (auto& one : cortexpr::python::load_declarations(path, called)) {
        py::object plan = py::none();
        if (one.connectome != nullptr) {
            plan = py::cast(connectome_plan{*one.connectome});
        } else if (one.plan) {
            plan = py::cast(*one.plan);
        }
        all.append(py::make_tuple(one.name, kinds[static_cast<std::size_t>(one.kind)], plan));
    }
    return all;
}

/// Ctrl-C ends a run: Python's handlers of signals run on its main thread, which asks them while it computes.
void let_signals_interrupt() {
    const auto main = py::module_::import("threading").attr("main_thread")().attr("ident").cast<unsigned long>();
    cortexpr::interruption::set([main] {
        if (PyThread_get_thread_ident() != main) return;
        const py::gil_scoped_acquire hold;
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    });
}

}  // namespace

PYBIND11_MODULE(_engine, module) {
    let_signals_interrupt();
    py::register_local_exception_translator(translate);
    define_plan(module);
    define_time(module);
    define_owned(module);
    define_adam(module);
    define_network(module);
    cortexpr::python::define_connectome(module);
    module.def("load_declarations", &declarations_in, py::arg("path"), py::arg("called"));
}
