#pragma once
// A connectome: a network of single cells whose types are declared and whose synapses come from a file.
//
//     struct Motion : connectome<cells<R, L1, Mi1, T4a>,
//                                synapses<projects<R, L1>, projects<L1, Mi1>, projects<Mi1, T4a>>,
//                                stimulus_to<R>, output_from<T4a>> {};
//     struct Directions : classifier<Motion, classes<4>, hidden<512>> {};

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/cells.hpp>
#include <cortexpr/dsl/declared_list.hpp>
#include <cortexpr/dsl/marks.hpp>
#include <cortexpr/dsl/type_list.hpp>
#include <cortexpr/dsl/verdict.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cortexpr {

/// The cell types of a connectome, each a struct derived from excitatory_cells, inhibitory_cells or hybrid_cells.
template <class... CellTypes>
struct cells {};

/// Cells of one type may have synapses onto cells of the others named: projects<R, L1, L2>.
template <class Presynaptic = void, class... Postsynaptic>
struct projects {};

/// In place of projections: whatever pairs of types the file connects.
struct as_in_the_file {};

/// Which types may be connected: `projects<...>`, or `as_in_the_file` alone.
template <class... Projections>
struct synapses {};

/// In place of types: every cell of the connectome.
struct all_cells {};

/// One input for each cell of these types, type by type as named, in the order of the cells; nothing is learned.
template <class... CellTypes>
struct stimulus_to {};
/// Size inputs, each with a learned weight onto every cell of these types.
template <int Size = 0, class... CellTypes>
struct dense_stimulus_to {};
/// Size inputs onto cells of these types, by learned synapses that a file gives.
template <int Size = 0, class... CellTypes>
struct sparse_stimulus_to {};

/// One output for each cell of these types, type by type as named, in the order of the cells: its state.
template <class... CellTypes>
struct output_from {};
/// Size outputs, each a learned sum over all cells of these types.
template <int Size = 0, class... CellTypes>
struct dense_output_from {};
/// Size outputs, each a learned sum over those cells of these types that a file names.
template <int Size = 0, class... CellTypes>
struct sparse_output_from {};

/// What is trained of the synapses. Default: a weight for each.
template <weight_mode Mode>
struct weights {};

/// How inputs reach cells, or cells outputs.
enum class projection_kind : std::uint8_t { one_to_one, dense, sparse };

/// A stimulus or output part as declared.
struct projection_declaration {
    projection_kind kind = projection_kind::one_to_one;  ///< how inputs and cells, or cells and outputs, are paired
    int size = 0;                                        ///< of inputs or outputs; 0 where the cells say it
    bool all = false;                                    ///< every cell
    int all_cells_at = -1;                               ///< where all_cells stands among the types
    std::span<const int> types{};                        ///< indices in `cells`, -1 for one that isn't there
};

/// From a presynaptic to a postsynaptic type, as indices in `cells`, -1 for one that isn't there.
struct type_pair {
    /// -1 where the row or the target names no type of `cells`.
    int presynaptic = -1, postsynaptic = -1;

    friend constexpr bool operator==(const type_pair&, const type_pair&) = default;
};

/// One row of `synapses`.
struct projects_declaration {
    bool is_projection = true;            ///< false where something else than projects<...> stands among the rows
    bool is_in_the_file = false;          ///< it is `in_the_file` and not projects<...>
    bool names_all_cells = false;         ///< `all_cells` stands in it, which is refused (rule S39)
    int presynaptic = -1;                 ///< the type whose cells send, as an index in `cells`; -1 for none
    std::span<const int> postsynaptic{};  ///< the types whose cells receive, likewise
};

/// The kinds of parts of a connectome; `unknown` is anything else, which is refused (rule S15).
enum class connectome_part : std::uint8_t { cells, synapses, stimulus, output, weights, unknown };

/// What a connectome declares, as plain values over static storage.
struct connectome_declaration {
    std::array<int, 6> parts{};                      ///< how often each connectome_part stands in the declaration
    int unknown_part = -1;                           ///< index of the first argument that is no part
    std::span<const cell_type_declaration> types;    ///< in the order of `cells`
    std::span<const int> first_same_type;            ///< for each type, the index where the same type stands first
    std::span<const std::string_view> type_names;    ///< what tables and files call them
    std::span<const projects_declaration> rows;      ///< of `synapses`, as they stand
    projection_declaration stimulus, output;         ///< the parts by which inputs reach cells, and cells outputs
    weight_mode weights = weight_mode::per_synapse;  ///< what is trained of the synapses

    /// How many parts of that kind were declared.
    constexpr int count(connectome_part part) const { return parts[static_cast<std::size_t>(part)]; }
    /// Whether the file may connect any two types.
    constexpr bool any_synapses() const { return rows.size() == 1 && rows[0].is_in_the_file; }
};

template <class... Parts>
struct connectome;

namespace detail {

/// Indices of some types in the list of cells.
template <class Cells, class... Types>
inline constexpr std::array<int, sizeof...(Types)> indices_in{Cells::template index_of<Types>...};

template <class Part>
struct connectome_part_traits {
    static constexpr auto kind = connectome_part::unknown;
};
template <class... CellTypes>
struct connectome_part_traits<cells<CellTypes...>> {
    static constexpr auto kind = connectome_part::cells;
    using list = declared_list<CellTypes...>;
    static constexpr std::array<cell_type_declaration, list::size> types{declared_cell_type<CellTypes>()...};
    template <class>
    static constexpr void declare(connectome_declaration& all) {
        all.types = types;
        all.type_names = list::names;
        all.first_same_type = list::first_same;
    }
};

template <class Row>
struct projects_traits {
    template <class>
    static consteval projects_declaration declared() {
        return {.is_projection = false};
    }
};
template <>
struct projects_traits<as_in_the_file> {
    template <class>
    static consteval projects_declaration declared() {
        return {.is_in_the_file = true};
    }
};
template <class Presynaptic, class... Postsynaptic>
struct projects_traits<projects<Presynaptic, Postsynaptic...>> {
    using presynaptic = Presynaptic;
    template <std::size_t Index>
    using postsynaptic_at = type_at<Index, Postsynaptic...>;
    template <class Cells>
    static consteval projects_declaration declared() {
        return {.names_all_cells = index_among<all_cells, Presynaptic, Postsynaptic...>() >= 0,
                .presynaptic = Cells::template index_of<Presynaptic>,
                .postsynaptic = indices_in<Cells, Postsynaptic...>};
    }
};

/// Names no type.
template <>
struct projects_traits<projects<>> : projects_traits<void> {};

template <class... Rows>
struct connectome_part_traits<synapses<Rows...>> {
    static constexpr auto kind = connectome_part::synapses;
    template <class Cells>
    static constexpr std::array<projects_declaration, sizeof...(Rows)> rows{
        projects_traits<Rows>::template declared<Cells>()...};
    template <std::size_t Index>
    using row_at = type_at<Index, Rows...>;
    template <class Cells>
    static constexpr void declare(connectome_declaration& all) {
        all.rows = rows<Cells>;
    }
};

/// A stimulus or output part: its kind, size and types.
template <connectome_part Kind, projection_kind How, int Size, class... CellTypes>
struct projection_traits {
    static constexpr auto kind = Kind;
    template <std::size_t Index>
    using type_at = detail::type_at<Index, CellTypes...>;
    template <class Cells>
    static constexpr void declare(connectome_declaration& declared) {
        constexpr int at = index_among<all_cells, CellTypes...>();
        auto& part = Kind == connectome_part::stimulus ? declared.stimulus : declared.output;
        part = {.kind = How,
                .size = Size,
                .all = at == 0 && sizeof...(CellTypes) == 1,
                .all_cells_at = at,
                .types = indices_in<Cells, CellTypes...>};
    }
};
template <class... CellTypes>
struct connectome_part_traits<stimulus_to<CellTypes...>>
    : projection_traits<connectome_part::stimulus, projection_kind::one_to_one, 0, CellTypes...> {};
template <int Size, class... CellTypes>
struct connectome_part_traits<dense_stimulus_to<Size, CellTypes...>>
    : projection_traits<connectome_part::stimulus, projection_kind::dense, Size, CellTypes...> {};
template <int Size, class... CellTypes>
struct connectome_part_traits<sparse_stimulus_to<Size, CellTypes...>>
    : projection_traits<connectome_part::stimulus, projection_kind::sparse, Size, CellTypes...> {};
template <class... CellTypes>
struct connectome_part_traits<output_from<CellTypes...>>
    : projection_traits<connectome_part::output, projection_kind::one_to_one, 0, CellTypes...> {};
template <int Size, class... CellTypes>
struct connectome_part_traits<dense_output_from<Size, CellTypes...>>
    : projection_traits<connectome_part::output, projection_kind::dense, Size, CellTypes...> {};
template <int Size, class... CellTypes>
struct connectome_part_traits<sparse_output_from<Size, CellTypes...>>
    : projection_traits<connectome_part::output, projection_kind::sparse, Size, CellTypes...> {};

template <weight_mode Mode>
struct connectome_part_traits<weights<Mode>> {
    static constexpr auto kind = connectome_part::weights;
    template <class>
    static constexpr void declare(connectome_declaration& all) {
        all.weights = Mode;
    }
};

/// A declaration's values and types, without its rules being enforced.
template <class... Parts>
struct connectome_reader {
    using verdict = verdict_of<connectome<Parts...>>;
    /// The first part of a kind, or Default where there is none.
    template <connectome_part Kind, class Default>
    using first_of = type_at_or<first_true({(connectome_part_traits<Parts>::kind == Kind)...}), Default, Parts...>;
    using stimulus_part = first_of<connectome_part::stimulus, stimulus_to<>>;
    using output_part = first_of<connectome_part::output, output_from<>>;
    using cells_list = typename connectome_part_traits<first_of<connectome_part::cells, cells<>>>::list;
    using synapses_traits = connectome_part_traits<first_of<connectome_part::synapses, synapses<>>>;
    using stimulus_traits = connectome_part_traits<stimulus_part>;
    using output_traits = connectome_part_traits<output_part>;

    static consteval connectome_declaration read() {
        connectome_declaration all{};
        int index = 0;
        [[maybe_unused]] const auto add = [&]<class Part>(type_box<Part>) {
            using traits = connectome_part_traits<Part>;
            int& times = all.parts[static_cast<std::size_t>(traits::kind)];
            ++times;
            if constexpr (traits::kind == connectome_part::unknown) {
                if (all.unknown_part < 0) all.unknown_part = index;
            } else if (times == 1) {
                traits::template declare<cells_list>(all);
            }
            ++index;
        };
        for_each_type<Parts...>(add);
        return all;
    }
    static constexpr connectome_declaration declaration = read();

    // From a place in the declaration back to the user's types, for messages.
    template <std::size_t Index>
    using part_at = type_at<Index, Parts...>;
    template <std::size_t Index>
    using cell_type_at = typename cells_list::template at<Index>;
    template <std::size_t Index>
    using row_at = typename synapses_traits::template row_at<Index>;
};

}  // namespace detail

/// A connectome, made of `cells`, `synapses`, a stimulus and an output part, and, if wanted, `weights`, in any order.
/// Derive a struct from it. What makes no sense does not compile; `wirable<connectome<...>>` asks first.
template <class... Parts>
struct connectome : detail::connectome_mark {
    using connectome_parts = detail::connectome_reader<Parts...>;
    static constexpr bool wired = detail::verdict_of<connectome>::wired;  ///< whether the declaration keeps all rules
    static_assert(sizeof(typename detail::verdict_of<connectome>::type) > 0);  // instantiates the error, if any
};

}  // namespace cortexpr
