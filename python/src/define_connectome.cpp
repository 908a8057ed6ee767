#include "definitions.hpp"

#include "connectome.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_files.hpp>
#include <cortexpr/named_value.hpp>

#include <torch/csrc/utils/pybind.h>

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace cortexpr::python {

namespace {

circuit::columns columns_named(const py::dict& given, const std::string& preset) {
    auto all =
        preset == "codex"      ? circuit::columns::codex()
        : preset == "schlegel" ? circuit::columns::schlegel()
        : preset == "male_cns" ? circuit::columns::male_cns()
        : preset == "celegans" ? circuit::columns::celegans()
        : preset.empty()
            ? circuit::columns{}
            : throw usage_error(fmt::format("there are no columns of the name {}; use codex, schlegel, male_cns or "
                                            "celegans, or a dict",
                                            preset));
    const std::array<std::pair<const char*, std::string*>, 13> names{{{"pre", &all.pre},
                                                                      {"post", &all.post},
                                                                      {"weight", &all.weight},
                                                                      {"kind", &all.kind},
                                                                      {"kind_is", &all.kind_is},
                                                                      {"synapse_transmitter", &all.synapse_transmitter},
                                                                      {"neuron", &all.neuron},
                                                                      {"type", &all.type},
                                                                      {"neuron_class", &all.neuron_class},
                                                                      {"transmitter", &all.transmitter},
                                                                      {"transmitter_neuron", &all.transmitter_neuron},
                                                                      {"channel", &all.channel},
                                                                      {"channel_weight", &all.channel_weight}}};
    for (const auto& [key, value] : given) {
        const auto name = py::cast<std::string>(key);
        const auto found = std::ranges::find(names, name, [](const auto& one) { return std::string_view(one.first); });
        if (found == names.end())
            throw usage_error(
                fmt::format("columns have no entry {}; they have pre, post, weight, kind, kind_is, "
                            "synapse_transmitter, neuron, type, neuron_class, transmitter, "
                            "transmitter_neuron, channel and channel_weight",
                            name));
        *found->second = py::cast<std::string>(value);
    }
    return all;
}

neuron_class class_named(std::string_view name) { return value_named<neuron_class>(name, "class"); }

/// Classes by transmitter, in the user's order: of a cell with several transmitters, the first counts.
using sign_list = std::vector<std::pair<std::string, std::string>>;

circuit::files files_of(const std::map<std::string, std::string>& paths, const py::dict& columns,
                        const std::string& preset, const sign_list& signs, const std::string& otherwise,
                        const std::string& prefix, double minimum, const std::string& unannotated,
                        const std::string& unannotated_type, const std::string& undeclared) {
    const auto path = [&paths](const char* name) {
        const auto found = paths.find(name);
        return std::filesystem::path(found == paths.end() ? "" : found->second);
    };
    circuit::files files{.synapses = path("synapses"),
                         .cells = path("cells"),
                         .transmitters = path("transmitters"),
                         .stimulus_synapses = path("stimulus_synapses"),
                         .output_synapses = path("output_synapses"),
                         .columns = columns_named(columns, preset),
                         .otherwise = class_named(otherwise),
                         .minimum = minimum,
                         .unannotated = value_named<circuit::unannotated>(unannotated, "choice of unannotated"),
                         .unannotated_type = unannotated_type,
                         .undeclared = value_named<circuit::undeclared>(undeclared, "choice of undeclared"),
                         .prefix = prefix};
    for (const auto& [transmitter, sign] : signs) files.signs.push_back({transmitter, class_named(sign)});
    return files;
}

connectome_options connectome_options_of(const std::string& device, at::ScalarType dtype, std::uint64_t seed,
                                         const std::string& executor, const std::string& weights) {
    return {.device = device,
            .dtype = dtype,
            .seed = seed,
            .executor = executor_named(executor),
            .weights = value_named<starting_weights>(weights, "way to start weights")};
}

}  // namespace

void define_connectome(py::module_& module) {
    py::class_<connectome_plan>(module, "ConnectomePlan")
        .def_property_readonly("name", [](const connectome_plan& self) { return std::string(self.plan.name); })
        .def_property_readonly("classes", [](const connectome_plan& self) { return self.plan.readout.classes; })
        .def_property_readonly("types", [](const connectome_plan& self) {
            std::vector<std::string> names;
            for (const auto& type : self.plan.types) names.emplace_back(type.name);
            return names;
        });
    py::class_<circuit::files>(module, "ConnectomeFiles")
        .def(py::init(&files_of), py::kw_only(), py::arg("paths"), py::arg("columns"), py::arg("preset"),
             py::arg("signs"), py::arg("otherwise"), py::arg("prefix"), py::arg("minimum"), py::arg("unannotated"),
             py::arg("unannotated_type"), py::arg("undeclared"));
    py::class_<connectome_options>(module, "ConnectomeOptions")
        .def(py::init(&connectome_options_of), py::kw_only(), py::arg("device"), py::arg("dtype"),
             py::arg("seed").noconvert(), py::arg("executor"), py::arg("weights"));
    py::class_<connectome, owned_by_python>(module, "Connectome")
        .def_static(
            "from_files",
            [](const connectome_plan& self, const circuit::files& files, const connectome_options& options) {
                const py::gil_scoped_release others;
                circuit::report report;
                auto made =
                    std::make_unique<connectome>(self.plan, load_connectome(self.plan, files, &report), options);
                return std::tuple(std::move(made), circuit::text_of(report), std::move(report.unused_signs));
            },
            py::arg(), py::arg(), py::arg())
        .def_static(
            "from_arrays",
            [](const connectome_plan& self, const synapse_arrays& synapses, const std::vector<std::string>& types,
               const std::vector<std::string>& ids, const std::vector<std::string>& classes,
               const std::optional<synapse_arrays>& stimulus, const std::optional<synapse_arrays>& output,
               const connectome_options& options) {
                std::vector<neuron_class> kinds;
                for (const auto& one : classes) kinds.push_back(class_named(one));
                const py::gil_scoped_release others;
                return std::make_unique<connectome>(self.plan,
                                                    data_from_arrays(self.plan, {.synapses = synapses,
                                                                                 .types = types,
                                                                                 .ids = ids,
                                                                                 .classes = std::move(kinds),
                                                                                 .stimulus = stimulus,
                                                                                 .output = output}),
                                                    options);
            },
            py::arg(), py::kw_only(), py::arg("synapses"), py::arg("types"), py::arg("ids"), py::arg("classes"),
            py::arg("stimulus"), py::arg("output"), py::arg("options"))
        .def("arrays",
             [](const connectome& self) {
                 auto all = self.arrays();
                 std::vector<std::string> classes;
                 for (const auto one : all.classes) classes.emplace_back(name_of(one));
                 return std::tuple(std::move(all.synapses), std::move(all.types), std::move(all.ids),
                                   std::move(classes), std::move(all.stimulus), std::move(all.output));
             })
        .def("copied", &connectome::copied)
        .def("parameter_names", &connectome::parameter_names)
        .def("trained", &connectome::trained)
        .def_property_readonly("cell_count", &connectome::cell_count)
        .def_property_readonly("synapse_count", &connectome::synapse_count)
        .def_property_readonly("input_size", &connectome::input_size)
        .def_property_readonly("output_size", &connectome::output_size)
        .def_property_readonly("ids", &connectome::ids)
        .def("wiring", &connectome::wiring)
        .def("difference_from", &connectome::difference_from)
        .def("cells", &connectome::cells)
        .def(
            "run",
            [](connectome& self, const tensors& parameters, bool training, const at::Tensor& input,
               std::optional<int> steps, const std::string& layout, bool all_steps, std::vector<std::string> record,
               std::map<std::string, int> silence, std::vector<std::pair<std::string, double>> clamp,
               std::map<std::string, double> inject, const std::optional<at::Tensor>& start,
               std::optional<continuous_time> time) {
                auto result = self.run(parameters, training, input,
                                       {.steps = steps,
                                        .layout = layout_named(layout),
                                        .all_steps = all_steps,
                                        .record = std::move(record),
                                        .silence = std::move(silence),
                                        .clamp = std::move(clamp),
                                        .inject = std::move(inject),
                                        .start = start.value_or(at::Tensor()),
                                        .time = time});
                return std::tuple(std::move(result.recorded), std::move(result.final_states), std::move(result.output),
                                  std::move(result.logits), std::move(result.times));
            },
            py::arg(), py::arg(), py::arg(), whole, py::arg(), py::arg(), py::arg(), whole, py::arg(), py::arg(),
            py::arg(), py::arg(), release_gil());
}

}  // namespace cortexpr::python
