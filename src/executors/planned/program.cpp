#include "program.hpp"

#include <cortexpr/numbers/winograd.hpp>
#include <cortexpr/schedule/winograd.hpp>

#include <algorithm>

namespace cortexpr::executors::planned {

template <class Scalar>
program<Scalar>::program(const plan::network& network, program_request request,
                         std::span<const Scalar* const> parameters, const kernels::kernel_table<Scalar>& kernels,
                         const program_part& part)
    : request_(std::move(request)),
      part_(part.index),
      first_step_(part.first_step),
      facts_(network, request_),
      kernels_(kernels),
      layouts_(network, facts_.schedule(), kernels.lanes) {
    layouts_.pack(parameters);
    const auto is_cut = [](std::span<const std::uint8_t> cut, int edge) {
        return !cut.empty() && cut[index(edge)] != 0;
    };
    for (auto what : facts_.schedule().convolutions) {
        std::erase_if(what.edges, [&](int edge) { return is_cut(part.cut_edges, edge); });
        convolutions_.emplace_back(what, facts_, layouts_, request_.saves_for_backward);
    }
    for (int edge = 0; edge < static_cast<int>(network.feedback.size()); ++edge) {
        feedback_.emplace_back(edge, facts_, layouts_, request_.saves_for_backward);
        if (is_cut(part.cut_feedback, edge)) feedback_.back().what.edges.clear();
    }
    for (auto* list : {&convolutions_, &feedback_})
        for (auto& one : *list) {
            one.pack(parameters, request_.rounds);
            one.assign_gradients(gradients_);
        }
    layouts_.assign_gradients(gradients_);
    for (auto map : plan::saved_maps(facts_)) {
        if (!request_.saves_for_backward && !map.is_read_forward()) continue;
        const bool is_constant = map.step == 0;
        saved_.add(map, layout_of(map));
        for (int later = 1; is_constant && later < request_.parts; ++later) {
            map.step = -later;
            saved_.add(map, layout_of(map));
        }
    }
}

template <class Scalar>
void program<Scalar>::add_part(std::unique_ptr<program> part) {
    part->gradient_start_ = gradient_size_of_parts();
    later_.push_back(std::move(part));
}

template <class Scalar>
const program<Scalar>& program<Scalar>::at_step(int step) const {
    const program* found = this;
    for (const auto& one : later_)
        if (one->first_step_ <= step) found = one.get();
    return *found;
}

template <class Scalar>
std::vector<const program<Scalar>*> program<Scalar>::parts() const {
    std::vector<const program*> all{this};
    for (const auto& one : later_) all.push_back(one.get());
    return all;
}

template <class Scalar>
std::size_t program<Scalar>::gradient_size_of_parts() const {
    std::size_t size = 0;
    for (const auto* one : parts()) size += one->gradient_size();
    return size;
}

template <class Scalar>
const map_layout& program<Scalar>::layout_of(const plan::saved_map& map) const {
    using kind = plan::saved_map::kind;
    const auto index = static_cast<std::size_t>(map.index);
    switch (map.is) {
        case kind::state:
            return maps()[index].layout;
        case kind::feedback:
            return areas()[index].feedback;
        case kind::edge_drive:
            return convolutions_[index].target;
        case kind::feedback_drive:
            return feedback_[index].target;
        default:
            return areas()[index].output;
    }
}

template <class Scalar>
void program<Scalar>::unpack_gradients(const Scalar* gradients, std::span<Scalar* const> parameters) const {
    for (const auto* list : {&convolutions_, &feedback_})
        for (const auto& one : *list) one.unpack(gradients, parameters);
    layouts_.unpack(gradients, parameters);
}

template <class Scalar>
std::int64_t program<Scalar>::multiply_adds() const {
    std::int64_t of_step = 0;
    for (const auto* list : {&convolutions_, &feedback_})
        for (const auto& one : *list) {
            const auto& target = one.target;
            const auto positions = one.is_winograd
                                       ? plan::winograd_tile_count(one.what.extent, target.height, target.width)
                                       : std::int64_t{target.height} * target.width;
            of_step += positions * static_cast<std::int64_t>(one.forward.values.size());
        }
    return of_step * facts_.steps();
}

template <class Scalar>
std::size_t program<Scalar>::scratch_size() const {
    std::size_t most = 0;
    for (const auto* part : parts())
        for (const auto* list : {&part->convolutions_, &part->feedback_})
            for (const auto& one : *list) {
                if (!one.is_winograd) continue;
                const int widest = std::max({one.source.stride, one.target.stride, 2 * kernels_.lanes});
                most = std::max(most,
                                kernels::scratch_of(kernels::winograd_points(one.what.extent.height), widest, widest));
            }
    return most;
}

template class program<float>;
template class program<double>;

}  // namespace cortexpr::executors::planned
