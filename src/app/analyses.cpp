#include "analyses.hpp"

#include <cstddef>
#include <utility>

namespace cortexpr::application {

void add_row(std::string& text, std::initializer_list<io::csv_cell> cells) {
    text += io::csv_row({cells.begin(), cells.size()});
}

nlohmann::ordered_json numbers_of(const at::Tensor& values) {
    const auto flat = values.to(at::kDouble).contiguous();
    const auto* first = flat.const_data_ptr<double>();
    return std::vector<double>(first, first + flat.numel());
}

/// The first report tells how many there are; the work began before it.
std::function<void(std::int64_t, std::int64_t)> shown_on(view::progress& bar, const char* name) {
    return [&bar, name, since = view::monotonic_seconds(), before = std::int64_t{0}](std::int64_t done,
                                                                                     std::int64_t all) mutable {
        if (before == 0) bar.begin(name, (all + done - 1) / done, since);
        bar.advance(done - std::exchange(before, done));
        if (done == all) bar.end();
    };
}

}  // namespace cortexpr::application
