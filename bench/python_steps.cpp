// The module bench_steps: what python_step.py times beside a network in Python, in the same process. Steps are C++'s.

#include "workload.hpp"

#include <torch/csrc/utils/pybind.h>

PYBIND11_MODULE(bench_steps, module) {
    namespace py = pybind11;
    using release_gil = py::call_guard<py::gil_scoped_release>;
    py::class_<bench::workload>(module, "Workload")
        .def(py::init([](int batch, int steps) {
                 return std::make_unique<bench::workload>(*bench::networks().front().plan,
                                                          bench::load{.batch = batch, .steps = steps});
             }),
             py::arg("batch"), py::arg("steps"))
        .def("train", &bench::workload::train, release_gil())
        .def("gradients", &bench::workload::gradients, release_gil())
        .def("forward", &bench::workload::forward, release_gil())
        .def("logits", &bench::workload::logits, release_gil())
        .def("zero_grad", &bench::workload::zero_grad, release_gil());
}
