#include "merging.hpp"

#include "../device_kernels.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace cortexpr::executors::on_chip {

namespace {

using plan::at;

template <class Value>
at::Tensor on_device(const std::vector<Value>& values, at::IntArrayRef sizes, at::ScalarType type, at::Device device) {
    return at::from_blob(const_cast<Value*>(values.data()), sizes, type).to(device, type, false, /*copy=*/true);
}

/// Lists as the columns of a matrix, filled up with one value: row after row.
std::vector<std::int64_t> as_rows(const std::vector<std::vector<std::int64_t>>& columns, std::size_t rows,
                                  std::int64_t filling) {
    std::vector<std::int64_t> matrix(rows * columns.size(), filling);
    for (std::size_t column = 0; column < columns.size(); ++column)
        for (std::size_t row = 0; row < columns[column].size(); ++row)
            matrix[row * columns.size() + column] = columns[column][row];
    return matrix;
}

std::size_t longest(const std::vector<std::vector<std::int64_t>>& lists) {
    std::size_t most = 1;
    for (const auto& list : lists) most = std::max(most, list.size());
    return most;
}

at::Tensor joined(at::TensorList values) {
    std::vector<at::Tensor> flat;
    for (const auto& value : values) flat.push_back(value.detach().flatten());
    return at::cat(flat);
}

}  // namespace

std::vector<std::uint8_t> nonlinearities_of(const plan::network& network) {
    std::vector<std::uint8_t> names;
    for (const auto& type : network.types)
        names.insert(names.end(), at(type.shape.channels), static_cast<std::uint8_t>(type.nonlinearity.members[0]));
    return names;
}

merging::merging(const plan::network& network, at::Device device)
    : size_(plan::on_chip_offsets(plan::on_chip_sizes_of(network, 1)).size) {
    std::vector<float> signs;
    std::vector<std::int64_t> indices;
    std::vector<std::vector<std::int64_t>> sources(at(size_)), rates;
    std::int64_t element = 0;
    for (const auto& links : plan::on_chip_links_of(network)) {
        parameters_.push_back(links.parameter);
        tau_count_ += links.is_tau ? 1 : 0;
        for (const auto& numbers : links.numbers) {
            for (const auto number : numbers) sources[at(number)].push_back(element);
            ++element;
            if (links.is_tau) {
                rates.emplace_back(numbers.begin(), numbers.end());
            } else {
                signs.push_back(static_cast<float>(links.sign));
                indices.push_back(numbers.front());
            }
        }
    }
    const auto terms = longest(sources), most_rates = longest(rates);
    const auto count = [](std::size_t number) { return static_cast<std::int64_t>(number); };
    signs_ = on_device(signs, {count(signs.size())}, at::kFloat, device);
    indices_ = on_device(indices, {count(indices.size())}, at::kLong, device);
    sources_ = on_device(as_rows(sources, terms, element), {count(terms), size_}, at::kLong, device);
    rates_ = on_device(as_rows(rates, most_rates, size_), {count(most_rates), count(rates.size())}, at::kLong, device);

    nonlinearities_ = lasting_bytes(nonlinearities_of(network), device);
}

at::Tensor merging::merged(at::TensorList values) const {
    const auto plain = values.size() - tau_count_;
    const auto elements = joined(values.slice(0, plain)).mul_(signs_);
    const auto rates = joined(values.slice(plain)).reciprocal_();
    const auto all = at::cat({elements, rates, at::zeros({1}, elements.options())});
    return all.index_select(0, sources_.flatten()).view(sources_.sizes()).sum(0);
}

std::vector<at::Tensor> merging::split(const at::Tensor& gradient, at::TensorList values) const {
    const auto plain = values.size() - tau_count_;
    const auto elements = gradient.index_select(0, indices_).mul_(signs_);
    const auto rates = joined(values.slice(plain)).reciprocal_();
    const auto of_rates = gradient.index_select(0, rates_.flatten()).view(rates_.sizes()).sum(0);
    const auto taus = of_rates.mul_(rates.square_()).neg_();
    std::vector<at::Tensor> all;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i == plain) first = 0;
        const auto& from = i < plain ? elements : taus;
        all.push_back(from.narrow(0, first, values[i].numel()).view(values[i].sizes()));
        first += values[i].numel();
    }
    return all;
}

}  // namespace cortexpr::executors::on_chip
