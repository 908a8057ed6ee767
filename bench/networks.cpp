#include "networks.hpp"

#include "digits.hpp"

#include <cortexpr/plan/facts.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace bench {
namespace {

using namespace cortexpr;

constexpr activation nonlinearity_of(kind kind) { return kind == kind::relu ? activation::relu : activation::sigmoid; }

template <int Channels, kind Kind>
struct E : excitatory<Channels, nonlinearity<nonlinearity_of(Kind)>> {};
template <int Channels, kind Kind>
struct I : inhibitory<Channels, nonlinearity<nonlinearity_of(Kind)>> {};
template <int Channels>
struct I<Channels, kind::half_density> : inhibitory<Channels, half_density> {};

/// Its place makes an area a type of its own: a network can't hold one twice.
template <std::size_t Place, int Channels, int Size, kind Kind, edge Own, edge Other = edge{}>
using area_of = area<input<Place == 0 ? 1 : 2 * Channels, Size, Size>, neurons<E<Channels, Kind>, I<Channels, Kind>>,
                     connectivity<                                  //  E  I  output
                         from<stimulus, Other, Other, 0>,           //
                         from<E<Channels, Kind>, Own, Own, Other>,  //
                         from<I<Channels, Kind>, Own, Own, 0>>,
                     output<2 * Channels>>;
template <std::size_t Place, int Channels, int Size, kind Kind>
struct area_at : area_of<Place, Channels, Size, Kind, edge{.groups = Kind == kind::groups ? 4 : 1}> {};
inline constexpr edge wide{.extent = {5, 5}};
template <std::size_t Place, int Channels, int Size>
struct area_at<Place, Channels, Size, kind::wide> : area_of<Place, Channels, Size, kind::wide, wide, wide> {};

/// The lower of two areas hears the upper one.
template <int Channels, int Size>
struct hearing : area<input<1, Size, Size>, feedback_channels<2 * Channels>,
                      neurons<E<Channels, kind::feedback>, I<Channels, kind::feedback>>,
                      connectivity<                                    //  E  I  output
                          from<stimulus, 1, 1, 0>,                     //
                          from<top_down, 1, 1, 0>,                     //
                          from<E<Channels, kind::feedback>, 1, 1, 1>,  //
                          from<I<Channels, kind::feedback>, 1, 1, 0>>,
                      output<2 * Channels>> {};

template <int Channels, int Size, kind Kind, class Places>
struct stack;
template <int Channels, int Size, kind Kind, std::size_t... Places>
struct stack<Channels, Size, Kind, std::index_sequence<Places...>>
    : classifier<network<area_at<Places, Channels, Size, Kind>...>, classes<10>, hidden<256>, dropout<0.5>,
                 readout_pool<pool_mode::max>> {};
template <int Channels, int Size>
struct stack<Channels, Size, kind::feedback, std::index_sequence<0, 1>>
    : classifier<network<hearing<Channels, Size>, area_at<1, Channels, Size, kind::feedback>,
                         feedback<area_at<1, Channels, Size, kind::feedback>, hearing<Channels, Size>>>,
                 classes<10>, hidden<256>, dropout<0.5>, readout_pool<pool_mode::max>> {};

template <int Channels, int Size, std::size_t Areas, kind Kind>
using sized = stack<Channels, Size, Kind, std::make_index_sequence<Areas>>;

static_assert(parameter_count<sized<16, 28, 1, kind::plain>> == parameter_count<Digits>);

template <int Channels, int Size, std::size_t Areas, kind Kind = kind::plain>
constexpr sized_network entry{{Channels, Size, Areas, Kind},
                              &plan_of<sized<Channels, Size, Areas, Kind>>,
                              parameter_count<sized<Channels, Size, Areas, Kind>>};

constexpr std::array compiled{entry<16, 28, 1>,  //
                              entry<8, 28, 1>,
                              entry<32, 28, 1>,
                              entry<64, 28, 1>,
                              entry<128, 28, 1>,  //
                              entry<16, 14, 1>,
                              entry<16, 56, 1>,
                              entry<16, 112, 1>,  //
                              entry<16, 28, 2>,
                              entry<16, 28, 3>,
                              entry<16, 28, 4>,
                              entry<16, 28, 1, kind::relu>,
                              entry<16, 28, 1, kind::half_density>,
                              entry<16, 28, 2, kind::feedback>,
                              entry<16, 28, 1, kind::groups>,
                              entry<16, 28, 1, kind::wide>};

}  // namespace

std::span<const sized_network> networks() { return compiled; }

const sized_network* network_of(const extents& wanted) {
    const auto found = std::ranges::find(compiled, wanted, &sized_network::with);
    return found == compiled.end() ? nullptr : &*found;
}

}  // namespace bench
