#include "merging.hpp"

#include "../aten/addressable.hpp"
#include "../uploaded.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>

namespace cortexpr::executors::on_chip {

namespace {

using plan::index;

using lists = std::vector<std::vector<std::int32_t>>;

/// Lists as the columns of a matrix (int32), row after row; -1 where a list has ended.
at::Tensor on_device(const lists& columns, at::Device device) {
    std::size_t rows = 1;
    for (const auto& column : columns) rows = std::max(rows, column.size());
    std::vector<std::int32_t> matrix(rows * columns.size(), -1);
    for (std::size_t column = 0; column < columns.size(); ++column)
        for (std::size_t row = 0; row < columns[column].size(); ++row)
            matrix[row * columns.size() + column] = columns[column][row];
    const auto count = [](std::size_t number) { return static_cast<std::int64_t>(number); };
    return uploaded(std::move(matrix), device).view(at::kInt).view({count(rows), count(columns.size())});
}

}  // namespace

merging::merging(const plan::network& network, at::Device device)
    : size_(plan::on_chip_offsets(plan::on_chip_sizes_of(network, 1)).size) {
    lists sources(index(size_)), targets;
    for (const auto& links : plan::on_chip_links_of(network)) {
        parameters_.push_back(links.parameter);
        signs_.push_back(links.is_tau ? 0.0F : static_cast<float>(links.sign));
        firsts_.push_back(static_cast<int>(targets.size()));
        for (const auto& numbers : links.numbers) {
            for (const auto number : numbers)
                sources[index(number)].push_back(static_cast<std::int32_t>(targets.size()));
            targets.emplace_back(numbers.begin(), numbers.end());
        }
    }
    firsts_.push_back(static_cast<int>(targets.size()));
    elements_ = on_device(sources, device);
    numbers_ = on_device(targets, device);

    nonlinearities_ = lasting_bytes(plan::on_chip_nonlinearities_of(network), device);
}

kernels::cuda::merged_parameters merging::pointers_to(at::TensorList values) const {
    kernels::cuda::merged_parameters result;
    result.count = static_cast<int>(values.size());
    result.elements = firsts_.back();
    for (std::size_t i = 0; i < values.size(); ++i)
        result.all[i] = {values[i].const_data_ptr<float>(), signs_[i], firsts_[i]};
    return result;
}

at::Tensor merging::merged(at::TensorList values) const {
    std::vector<at::Tensor> dense;
    for (const auto& value : values) dense.push_back(addressable(value));
    const auto device = elements_.device();
    auto numbers = at::empty({size_}, elements_.options().dtype(at::kFloat));
    const auto* kernels = kernels_on(device);
    launch(*kernels, kernels->merge,
           {.from = pointers_to(dense),
            .size = static_cast<int>(size_),
            .terms = static_cast<int>(elements_.size(0)),
            .elements = elements_.const_data_ptr<std::int32_t>(),
            .numbers = numbers.mutable_data_ptr<float>()},
           device);
    return numbers;
}

std::vector<at::Tensor> merging::split(const at::Tensor& gradient, at::TensorList values) const {
    std::vector<at::Tensor> dense, all;
    for (const auto& value : values) dense.push_back(addressable(value));
    const auto device = numbers_.device();
    const auto gradients = at::empty({numbers_.size(1)}, gradient.options());
    const auto* kernels = kernels_on(device);
    launch(*kernels, kernels->split,
           {.from = pointers_to(dense),
            .most_numbers = static_cast<int>(numbers_.size(0)),
            .numbers = numbers_.const_data_ptr<std::int32_t>(),
            .gradient = gradient.const_data_ptr<float>(),
            .gradients = gradients.mutable_data_ptr<float>()},
           device);
    for (std::size_t i = 0; i < values.size(); ++i)
        all.push_back(gradients.narrow(0, firsts_[i], values[i].numel()).view(values[i].sizes()));
    return all;
}

}  // namespace cortexpr::executors::on_chip
