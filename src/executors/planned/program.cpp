#include "program.hpp"

#include <cortexpr/numbers/winograd.hpp>

#include <algorithm>

namespace cortexpr::executors::planned {

template <class Scalar>
program<Scalar>::program(const plan::network& network, program_request request,
                         std::span<const Scalar* const> parameters, const kernels::kernel_table<Scalar>& kernels)
    : request_(std::move(request)),
      facts_(network, request_),
      kernels_(kernels),
      layouts_(network, facts_.schedule(), kernels.lanes) {
    layouts_.pack(parameters);
    for (const auto& what : facts_.schedule().convolutions)
        convolutions_.emplace_back(what, facts_, layouts_, request_.keeps_for_backward);
    for (int edge = 0; edge < static_cast<int>(network.feedback.size()); ++edge)
        feedback_.emplace_back(edge, facts_, layouts_, request_.keeps_for_backward);
    for (auto* list : {&convolutions_, &feedback_})
        for (auto& one : *list) {
            one.pack(parameters, request_.rounds);
            one.assign_gradients(gradients_);
        }
    layouts_.assign_gradients(gradients_);
    for (const auto& map : plan::saved_maps(facts_))
        if (request_.keeps_for_backward || map.is_read_forward()) saved_.add(map, layout_of(map));
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
std::size_t program<Scalar>::scratch_size() const {
    std::size_t most = 0;
    for (const auto* list : {&convolutions_, &feedback_})
        for (const auto& one : *list) {
            if (!one.is_winograd) continue;
            const int widest = std::max({one.source.stride, one.target.stride, 2 * kernels_.lanes});
            most = std::max(most, kernels::scratch_of(kernels::winograd_points, widest, widest));
        }
    return most;
}

template class program<float>;
template class program<double>;

}  // namespace cortexpr::executors::planned
