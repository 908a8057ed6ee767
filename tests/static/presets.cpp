// The presets: parameters as counted by the reference for its own configurations with 10 classes, and that their pieces
// serve in declarations of a user's own. Compiling is passing.
#include <cortexpr/presets.hpp>

using namespace cortexpr;

namespace {

// Counted once in Python, from the configuration files, as the sum of numel() over parameters().
static_assert(parameter_count<presets::spatial_1e1i1a<10>> == 46'106);
static_assert(parameter_count<presets::spatial_1h1a<10>> == 29'450);
static_assert(parameter_count<presets::spatial_4h1a<10>> == 579'082);
static_assert(parameter_count<presets::spatial_4h1a_v2<10>> == 560'650);
static_assert(parameter_count<presets::spatial_big_1h1a<10>> == 1'363'338);
static_assert(parameter_count<presets::spatial_big_1h2a<10>> == 182'954);
static_assert(parameter_count<presets::spatial_big_1h2af<10>> == 205'018);

// Another data set: its classes, its input.
struct Digits : presets::spatial_1e1i1a<10, input<1, 28, 28>> {};
static_assert(type_name<Digits> == "Digits");
static_assert(plan_of<Digits>.areas.front().input == plan::map_shape{1, 28, 28});
static_assert(parameter_count<Digits> == 46'106 - 2 * 9 * 32);
struct Letters : presets::spatial_big_1h2af<2> {};
static_assert(plan_of<Letters>.feedback.size() == 1 && plan_of<Letters>.readout.classes == 2);

// Every microcircuit by its matrix; a row for each source, a column for each target.
template <class Area, int Rows, int Columns>
consteval bool wired_as(const int (&matrix)[Rows][Columns]) {
    const auto& rows = Area::area_parts::declaration.rows;
    if (rows.size() != Rows) return false;
    for (std::size_t i = 0; i < Rows; ++i)
        for (std::size_t j = 0; j < Columns; ++j)
            if (rows[i].cells.size() != Columns || rows[i].cells[j].present() != (matrix[i][j] == 1)) return false;
    return true;
}
using image = input<1, 28, 28>;
static_assert(wired_as<presets::ei<image, 16, 16, 32>>({{1, 1, 0}, {1, 1, 1}, {1, 1, 0}}));
static_assert(wired_as<presets::feedback_inhibition<image, 16, 16, 32>>({{1, 0, 0}, {0, 1, 1}, {1, 1, 0}}));
static_assert(wired_as<presets::feedforward_inhibition<image, 16, 16, 32>>({{1, 1, 0}, {1, 0, 1}, {1, 1, 1}}));
static_assert(wired_as<presets::pyr_pv_sst_vip<image, 16, 8, 32>>(
    {{1, 0, 0, 0, 0}, {1, 1, 1, 1, 1}, {1, 1, 0, 0, 0}, {1, 1, 0, 1, 0}, {0, 0, 1, 0, 0}}));

// As the area of a network of the user's, under the user's name; and a wiring with other types and edges.
struct Column : presets::pyr_pv_sst_vip<image, 16, 8, 32> {};
struct Reader : classifier<network<Column>, classes<10>, hidden<256>> {};
static_assert(plan_of<Reader>.areas.front().name == "Column" && plan_of<Reader>.types.size() == 4);

struct Exc : excitatory<4, tau<tau_mode::per_type, 2.0>> {};
struct Inh : inhibitory<2, half_density> {};
struct V1
    : area<image, neurons<Exc, Inh>, presets::ei_wiring<Exc, Inh, edge{.extent = {5, 5}, .bias = false}>, output<8>> {};
static_assert(edges<network<V1>>.size() == 7);
static_assert(edges<network<V1>>[0].extent.height == 5 && edges<network<V1>>[0].bias < 0);
static_assert(wirable<area<image, neurons<presets::H<8>>, presets::single_type_wiring<presets::H<8>>, output<4>>>);

}  // namespace
