#include "networks.hpp"

#include "digits.hpp"

#include <cortexpr/plan/facts.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace bench {
namespace {

template <int Channels>
struct E : cortexpr::excitatory<Channels> {};
template <int Channels>
struct I : cortexpr::inhibitory<Channels> {};

/// Its place makes an area a type of its own: a network can't hold one twice.
template <std::size_t Place, int Channels, int Size>
struct area_at : cortexpr::area<cortexpr::input<Place == 0 ? 1 : 2 * Channels, Size, Size>,
                                cortexpr::neurons<E<Channels>, I<Channels>>,
                                cortexpr::connectivity<                           //  E  I  output
                                    cortexpr::from<cortexpr::stimulus, 1, 1, 0>,  //
                                    cortexpr::from<E<Channels>, 1, 1, 1>,         //
                                    cortexpr::from<I<Channels>, 1, 1, 0>>,
                                cortexpr::output<2 * Channels>> {};

template <int Channels, int Size, class Places>
struct stack;
template <int Channels, int Size, std::size_t... Places>
struct stack<Channels, Size, std::index_sequence<Places...>>
    : cortexpr::classifier<cortexpr::network<area_at<Places, Channels, Size>...>, cortexpr::classes<10>,
                           cortexpr::hidden<256>, cortexpr::dropout<0.5>> {};

template <int Channels, int Size, std::size_t Areas>
using sized = stack<Channels, Size, std::make_index_sequence<Areas>>;

static_assert(cortexpr::parameter_count<sized<16, 28, 1>> == cortexpr::parameter_count<Digits>);

template <int Channels, int Size, std::size_t Areas>
constexpr sized_network entry{{Channels, Size, Areas},
                              &cortexpr::plan_of<sized<Channels, Size, Areas>>,
                              cortexpr::parameter_count<sized<Channels, Size, Areas>>};

constexpr std::array compiled{entry<16, 28, 1>,                                                          //
                              entry<8, 28, 1>,  entry<32, 28, 1>, entry<64, 28, 1>,  entry<128, 28, 1>,  //
                              entry<16, 14, 1>, entry<16, 56, 1>, entry<16, 112, 1>,                     //
                              entry<16, 28, 2>, entry<16, 28, 3>, entry<16, 28, 4>};

}  // namespace

std::span<const sized_network> networks() { return compiled; }

const sized_network* network_of(const extents& wanted) {
    const auto found = std::ranges::find(compiled, wanted, &sized_network::with);
    return found == compiled.end() ? nullptr : &*found;
}

}  // namespace bench
