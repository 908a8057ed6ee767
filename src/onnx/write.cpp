#include <cortexpr/onnx/write.hpp>

#include "graph.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/plan/names.hpp>

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/reciprocal.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr {

namespace {

using onnx::attributes;
using onnx::value;

const std::string images = "images";

/// The run of a network, operation by operation, as executors/transparent computes it.
class unrolled {
  public:
    unrolled(const network_module& network, const onnx_options& options)
        : network_(network), plan_(network.plan()), options_(options) {}

    std::string model() {
        require_expressible();
        declare_input();
        start();
        for (step_ = 1; step_ <= options_.steps; ++step_) step();
        declare_output();
        return graph_.model(plan_.name, options_.notes);
    }

  private:
    // --- what a model can't hold -------------------------------------------------------------------------------------

    [[noreturn]] void refuse(const std::string& reason) const {
        throw usage_error(fmt::format("{} isn't written as ONNX: {}", plan_.name, reason));
    }

    void require_expressible() const {
        if (options_.steps < 1) refuse("it takes at least one step");
        if (!network_.perturbations().empty()) refuse("it is perturbed, which a model can't hold");
        if (const auto name = network_.first_not_finite(); !name.empty())
            refuse(fmt::format("{} holds a value that is infinite or NaN", name));
    }

    float start_of(fill with, std::string_view what) const {
        if (with == fill::zeros) return 0;
        if (with == fill::ones) return 1;
        refuse(fmt::format("{} starts from drawn values, which a model can't repeat; declare zeros or ones", what));
    }

    // --- parts -------------------------------------------------------------------------------------------------------

    value parameter(int index) {
        const auto& tensor = network_.parameter(index);
        return constant(std::string(std::string_view(plan_.parameters[static_cast<std::size_t>(index)].name)), tensor);
    }

    value constant(const std::string& name, const at::Tensor& tensor) {
        const auto numbers = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
        const auto shape = numbers.sizes();
        return graph_.constant(name,
                               std::span(numbers.const_data_ptr<float>(), static_cast<std::size_t>(numbers.numel())),
                               std::span(shape.data(), shape.size()));
    }

    value number(float one) { return graph_.constant(fmt::format("{}", one), std::span(&one, 1), {}); }

    /// A map of one value everywhere, for each image.
    value filled(float with, const plan::map_shape& shape) {
        const auto label = fmt::format("start of {} x {} x {}", shape.channels, shape.height, shape.width);
        const std::array<std::int64_t, 3> sides{shape.channels, shape.height, shape.width};
        if (batch_.empty()) {
            const std::array<std::int64_t, 1> first{0};
            batch_ = graph_.add("Gather", {graph_.add("Shape", {images}, "shape"), graph_.constant("first", first)},
                                "batch");
        }
        const auto size = graph_.add("Concat", {batch_, graph_.constant("sides of " + label, sides)},
                                     "size of " + label, attributes().number("axis", 0));
        const auto zeros = graph_.add("ConstantOfShape", {size}, label);  // of float32 zeros
        return with == 0 ? zeros : graph_.add("Add", {zeros, number(with)}, label);
    }

    value applied(const activation_function& function, value to, const std::string& label) {
        if (function.is_custom())
            refuse(fmt::format("the nonlinearity {} is code of your own; declare it of named ones",
                               function.custom->name));
        for (int i = 0; i < function.length; ++i)
            to = applied(function.members[static_cast<std::size_t>(i)], to, label);
        return to;
    }

    value applied(activation function, const value& to, const std::string& label) {
        const auto bounded = [&](float least, float most) {
            return graph_.add("Clip", {to, number(least), number(most)}, label);
        };
        switch (function) {
            case activation::none:
                break;
            case activation::relu:
                return graph_.add("Relu", {to}, label);
            case activation::relu6:
                return bounded(0, 6);
            case activation::leaky_relu:
                return graph_.add("LeakyRelu", {to}, label, attributes().real("alpha", 0.01F));
            case activation::elu:
                return graph_.add("Elu", {to}, label);
            case activation::gelu: {  // x (1 + erf(x / sqrt 2)) / 2
                const auto erf = graph_.add("Erf", {graph_.add("Mul", {to, number(0.70710678F)}, label)}, label);
                const auto share = graph_.add("Mul", {graph_.add("Add", {erf, number(1)}, label), number(0.5F)}, label);
                return graph_.add("Mul", {to, share}, label);
            }
            case activation::silu:
                return graph_.add("Mul", {to, graph_.add("Sigmoid", {to}, label)}, label);
            case activation::softplus:
                return graph_.add("Softplus", {to}, label);
            case activation::sigmoid:
                return graph_.add("Sigmoid", {to}, label);
            case activation::hard_sigmoid:
                return graph_.add("HardSigmoid", {to}, label, attributes().real("alpha", 1.0F / 6).real("beta", 0.5F));
            case activation::tanh:
                return graph_.add("Tanh", {to}, label);
            case activation::hard_tanh:
                return bounded(-1, 1);
        }
        return to;
    }

    value interpolated(const value& map, const plan::map_shape& from, int height, int width) {
        if (from.height == height && from.width == width) return map;
        const std::array<std::int64_t, 2> sizes{height, width};
        // "": neither a region nor scales.
        return graph_.add("Resize", {map, "", "", graph_.constant(fmt::format("{} x {}", height, width), sizes)},
                          map + " resized",
                          attributes()
                              .text("mode", "linear")
                              .text("coordinate_transformation_mode", "half_pixel")
                              .numbers("axes", {2, 3}));
    }

    /// Maxima or means over `to` windows of an axis, which differ in length where the side isn't a multiple: window i
    /// reaches from floor(i from / to) to ceil((i + 1) from / to).
    value pooled_axis(const value& map, pool_mode mode, std::int64_t axis, std::int64_t from, std::int64_t to) {
        std::vector<value> windows;
        const std::array<std::int64_t, 1> axes{axis};
        const auto along = graph_.constant(fmt::format("axis {}", axis), axes);
        for (std::int64_t i = 0; i < to; ++i) {
            const std::array<std::int64_t, 1> begin{i * from / to}, end{((i + 1) * from + to - 1) / to};
            const auto window = graph_.add("Slice",
                                           {map, graph_.constant(fmt::format("index {}", begin[0]), begin),
                                            graph_.constant(fmt::format("index {}", end[0]), end), along},
                                           map + " window");
            windows.push_back(
                graph_.add(mode == pool_mode::max ? "ReduceMax" : "ReduceMean", {window, along}, map + " pooled"));
        }
        return windows.size() == 1 ? windows.front()
                                   : graph_.add("Concat", windows, map + " pooled", attributes().number("axis", axis));
    }

    value pooled(const value& map, pool_mode mode, const plan::map_shape& from, int height, int width) {
        if (from.height == height && from.width == width) return map;
        if (from.height % height == 0 && from.width % width == 0) {
            const auto tall = from.height / height, wide = from.width / width;
            return graph_.add(mode == pool_mode::max ? "MaxPool" : "AveragePool", {map}, map + " pooled",
                              attributes().numbers("kernel_shape", {tall, wide}).numbers("strides", {tall, wide}));
        }
        // ReduceMean takes its axes as an attribute up to opset 17, and as an input from 18 on, as ReduceMax does.
        return pooled_axis(pooled_axis(map, mode, 2, from.height, height), mode, 3, from.width, width);
    }

    /// As an area hears the one below.
    value fitted(const value& map, const plan::map_shape& from, const plan::map_shape& to) {
        auto shrunk = from;
        shrunk.height = std::min(from.height, to.height);
        shrunk.width = std::min(from.width, to.width);
        return interpolated(pooled(map, plan_.pool, from, shrunk.height, shrunk.width), shrunk, to.height, to.width);
    }

    /// `Edge` is an edge or a feedback edge.
    template <class Edge>
    value convolved(const Edge& edge, const value& map, int stride, int groups, const std::string& label) {
        std::vector<value> inputs{map, parameter(edge.weight)};
        if (edge.bias >= 0) inputs.push_back(parameter(edge.bias));
        const auto& kernel = edge.extent;
        const auto above = kernel.height / 2, before = kernel.width / 2;
        return graph_.add("Conv", std::move(inputs), label,
                          attributes()
                              .numbers("kernel_shape", {kernel.height, kernel.width})
                              .numbers("pads", {above, before, above, before})
                              .numbers("strides", {stride, stride})
                              .number("group", groups));
    }

    /// What an edge adds. A still image gives the same at each step, so it is computed once.
    value edge_term(const plan::edge& edge, const value& source) {
        const auto key = std::pair{edge.weight, source};
        if (const auto found = edge_terms_.find(key); found != edge_terms_.end()) return found->second;
        const auto name = full_name(plan_, edge);
        const auto map =
            edge.upsample ? interpolated(source, edge.input, edge.output.height, edge.output.width) : source;
        const auto result =
            applied(edge.nonlinearity, convolved(edge, map, edge.stride, edge.groups, at_step(name)), at_step(name));
        return edge_terms_[key] = result;
    }

    value edge_term(const plan::feedback_edge& edge, const value& output) {
        const auto name = at_step(full_name(plan_, edge));
        const auto map = interpolated(output, edge.input, edge.output.height, edge.output.width);
        return applied(edge.nonlinearity, convolved(edge, map, 1, 1, name), name);
    }

    void accumulate(value& sum, int sign, const value& term, const std::string& label) {
        if (sum.empty())
            sum = sign > 0 ? term : graph_.add("Neg", {term}, label);
        else
            sum = graph_.add(sign > 0 ? "Add" : "Sub", {sum, term}, label);
    }

    std::string at_step(const std::string& name) const { return fmt::format("{}@{}", name, step_); }

    // --- the run -----------------------------------------------------------------------------------------------------

    void declare_input() {
        const auto& shape = plan_.areas.front().input;
        std::vector<onnx::side> sides{"batch"};
        if (options_.sequence) sides.emplace_back(options_.steps);
        for (const auto size : {shape.channels, shape.height, shape.width}) sides.emplace_back(size);
        graph_.input(images, sides);
    }

    void start() {
        for (const auto& type : plan_.types) {
            states_.push_back(filled(start_of(type.initial_state, type.name), type.shape));
            rates_.push_back(constant(fmt::format("1 / tau of {}", full_name(plan_, type)),
                                      at::reciprocal(network_.parameter(type.tau_parameter))));
        }
        for (const auto& area : plan_.areas) {
            outputs_.push_back(filled(start_of(area.initial_output, area.name), area.output));
            feedback_.push_back(plan::hears_feedback(area)
                                    ? filled(start_of(area.initial_feedback, area.name), area.feedback)
                                    : value());
        }
    }

    value stimulus() {
        if (!options_.sequence) return images;
        const std::int64_t frame = step_ - 1;
        const std::array<std::int64_t, 1> index{frame};
        // A list of one index keeps the axis, which is dropped then.
        const auto one = graph_.add("Gather", {images, graph_.constant(fmt::format("index {}", frame), index)},
                                    at_step("frame"), attributes().number("axis", 1));
        const std::array<std::int64_t, 1> axis{1};
        return graph_.add("Squeeze", {one, graph_.constant("axis 1", axis)}, at_step("frame"));
    }

    void step() {
        const auto before = outputs_;
        for (std::size_t i = 0; i < plan_.areas.size(); ++i) {
            const auto& area = plan_.areas[i];
            const bool hears_late = plan::stimulus_delay(plan_, static_cast<int>(i)) > 0;
            const auto from_below =
                i == 0 ? stimulus()
                       : fitted((hears_late ? before : outputs_)[i - 1], plan_.areas[i - 1].output, area.input);
            step_area(area, from_below, i);
        }
        std::vector<value> received(plan_.areas.size());
        for (const auto& edge : plan_.feedback)
            accumulate(received[static_cast<std::size_t>(edge.to)], 1,
                       edge_term(edge, outputs_[static_cast<std::size_t>(edge.from)]),
                       at_step(fmt::format("{}.feedback", plan::area_at(plan_, edge.to).name)));
        for (std::size_t i = 0; i < received.size(); ++i)
            if (!received[i].empty()) feedback_[i] = received[i];
    }

    value source_of(const plan::edge& edge, const value& from_below, const value& top_down) const {
        if (edge.from == plan::edge::source::stimulus) return from_below;
        return edge.from == plan::edge::source::top_down ? top_down
                                                         : states_[static_cast<std::size_t>(edge.presynaptic)];
    }

    void step_area(const plan::area& area, const value& from_below, std::size_t area_index) {
        std::vector<value> drives(plan_.types.size());
        for (const auto& edge : plan_.edges_of(area))
            if (!edge.to_output())
                accumulate(drives[static_cast<std::size_t>(edge.postsynaptic)], edge.sign,
                           edge_term(edge, source_of(edge, from_below, feedback_[area_index])),
                           at_step(full_name(plan_, plan::type_at(plan_, edge.postsynaptic)) + ".drive"));
        const auto first = static_cast<std::size_t>(area.first_type);
        for (auto j = first; j < first + static_cast<std::size_t>(area.types); ++j) {
            const auto name = at_step(full_name(plan_, plan_.types[j]));
            // h + (f(z) - h) / tau
            const auto rate = applied(plan_.types[j].nonlinearity, drives[j], name + ".rate");
            const auto change = graph_.add("Mul", {graph_.add("Sub", {rate, states_[j]}, name + ".change"), rates_[j]},
                                           name + ".change");
            states_[j] = graph_.add("Add", {states_[j], change}, name);
        }
        const auto label = at_step(fmt::format("{}.output", area.name));
        value sum;
        for (const auto& edge : plan_.edges_of(area))
            if (edge.to_output())
                accumulate(sum, edge.sign, edge_term(edge, source_of(edge, from_below, feedback_[area_index])), label);
        outputs_[area_index] = applied(area.output_nonlinearity, sum, label);
    }

    void declare_output() {
        const auto& shape = plan_.areas.back().output;
        if (!plan_.has_readout())
            return graph_.output("output", outputs_.back(), {"batch", shape.channels, shape.height, shape.width});
        const auto& head = plan_.readout;
        const auto features = graph_.add(
            "Flatten", {pooled(outputs_.back(), head.pool, shape, head.pool_height, head.pool_width)}, "features");
        const auto layer = [&](const value& units, std::size_t index, const char* label) {
            return graph_.add("Gemm", {units, parameter(head.weight[index]), parameter(head.bias[index])}, label,
                              attributes().number("transB", 1));
        };
        const auto hidden = graph_.add("Relu", {layer(features, 0, "hidden")}, "hidden");
        graph_.output("logits", layer(hidden, 1, "answers"), {"batch", head.classes});
    }

    const network_module& network_;
    const plan::network& plan_;
    const onnx_options& options_;
    onnx::graph graph_;
    int step_ = 0;
    value batch_;
    std::vector<value> rates_, states_, outputs_, feedback_;  ///< 1/tau and states by neuron type, the others by area
    std::map<std::pair<int, value>, value> edge_terms_;       ///< by weight and source
};

}  // namespace

void write_onnx(const std::string& path, const network_module& network, const onnx_options& options) {
    const at::NoGradGuard no_grad;
    io::write_file(path, unrolled(network, options).model());
}

}  // namespace cortexpr
