#include "connectome_fingerprint.hpp"

#include "../fnv_hash.hpp"

#include <cortexpr/numbers/mixed_bits.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace cortexpr {

namespace {

template <class... Numbers>
std::uint64_t hash_of(const Numbers&... numbers) {
    fnv_hash hash;
    (hash.add(&numbers, sizeof(numbers)), ...);
    return hash.value();
}

/// Of the rows of a file: by the numbers of cells in this order, and by their names in any.
class row_hashes {
  public:
    void add(std::uint64_t numbered, std::uint64_t named) {
        in_order_.add(&numbered, sizeof(numbered));
        in_any_order_ += mixed_bits(named);  // FNV's hashes of like rows differ by little, which sums cancel
    }
    std::string text(std::string_view of) const {
        return fmt::format("{}: {:016x} {:016x}", of, in_order_.value(), in_any_order_);
    }

  private:
    fnv_hash in_order_;
    std::uint64_t in_any_order_ = 0;
};

/// The cells' ids, in a number each.
std::vector<std::uint64_t> names_of_cells(const connectome_layout& layout) {
    std::vector<std::uint64_t> names(layout.cell_count());
    for (std::size_t cell = 0; cell < names.size(); ++cell) {
        fnv_hash hash;
        hash.add(layout.ids.empty() ? std::to_string(cell) : layout.ids[cell]);
        names[cell] = hash.value();
    }
    return names;
}

std::string hashed_wiring(const connectome_layout& layout) {
    const auto& circuit = *layout.circuit;
    const auto names = names_of_cells(layout);
    const auto name = [&names](std::int32_t cell) { return names[static_cast<std::size_t>(cell)]; };
    row_hashes cells, synapses;
    for (std::size_t cell = 0; cell < names.size(); ++cell) {
        const auto kind = hash_of(circuit.type_of_cell[cell], layout.class_of_cell[cell]);
        cells.add(kind, hash_of(names[cell], kind));
    }
    const auto presynaptic = circuit.presynaptic.unpacked(), postsynaptic = circuit.postsynaptic.unpacked();
    for (std::size_t k = 0; k < presynaptic.size(); ++k) {
        const double count = layout.scales_counts ? layout.given[k] : 0;
        synapses.add(hash_of(presynaptic[k], postsynaptic[k], count),
                     hash_of(name(presynaptic[k]), name(postsynaptic[k]), count));
    }
    auto text = cells.text("cells") + "; " + synapses.text("synapses");
    for (const auto& [laid, what] :
         {std::pair{&layout.stimulus, "stimulus synapses"}, {&layout.output, "output synapses"}}) {
        if (laid->kind != projection_kind::sparse) continue;
        row_hashes entries;
        for (std::size_t k = 0; k < laid->cells.size(); ++k)
            entries.add(hash_of(laid->cells[k], laid->channels[k]), hash_of(name(laid->cells[k]), laid->channels[k]));
        text += "; " + entries.text(what);
    }
    return text;
}

std::string hashed_network(const connectome_layout& layout) {
    fnv_hash hash;
    const auto add_list = [&hash](const auto& list) { hash.add(list.data(), list.size() * sizeof(list[0])); };
    for (const auto& type : layout.types) {
        hash.add(fmt::format("{} {} {} {} {} ", type.name, static_cast<int>(type.kind),
                             std::string_view(name_of(type.nonlinearity)), type.rectified, type.signed_rates));
    }
    for (const auto& one : layout.parameters) {
        hash.add(fmt::format("{} {} {} {} ", std::string_view(one.name), one.shape[0], one.shape[1], one.rank));
    }
    add_list(layout.circuit->type_of_cell);
    add_list(layout.circuit->presynaptic.unpacked());
    add_list(layout.circuit->postsynaptic.unpacked());
    for (const auto* list :
         {&layout.stimulus.cells, &layout.stimulus.channels, &layout.output.cells, &layout.output.channels})
        add_list(*list);
    add_list(layout.circuit->signs);
    if (layout.readout.is_regressor) hash.add("regressor");
    return fmt::format("{:016x}", hash.value());
}

}  // namespace

std::string fingerprint_of(const connectome_layout& layout) {
    return layout.fingerprint.get([&layout] { return hashed_network(layout); });
}

std::string wiring_of(const connectome_layout& layout) {
    return layout.wiring.get([&layout] { return hashed_wiring(layout); });
}

}  // namespace cortexpr
