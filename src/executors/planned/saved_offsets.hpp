#pragma once
// Where each saved map of an image lies in the memory that holds all of them.

#include "aligned.hpp"
#include "layout.hpp"

#include <cortexpr/schedule/saved_maps.hpp>

#include <map>
#include <tuple>

namespace cortexpr::executors::planned {

template <class Scalar>
class saved_offsets {
  public:
    using kind = plan::saved_map::kind;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// Maps lie in their layout without its border.
    void add(const plan::saved_map& map, const map_layout& layout) {
        offsets_[{map.is, map.index, map.step}] = memory_.take(layout.without_border().size());
    }
    /// `none` where the map is not saved.
    std::size_t of(kind is, int index, int step) const {
        const auto found = offsets_.find({is, index, step});
        return found == offsets_.end() ? none : found->second;
    }
    /// The size of all maps, in scalars.
    std::size_t size() const { return memory_.size(); }

  private:
    std::map<std::tuple<kind, int, int>, std::size_t> offsets_{};
    line_offsets<Scalar> memory_{};
};

}  // namespace cortexpr::executors::planned
