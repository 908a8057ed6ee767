// The left and the right hemisphere's V1 would share one name in tables and files.
// EXPECT: [cortexpr W08] two areas of a network have the same name in different namespaces
// EXPECT: W08_repeated_area_name<left::V1, right::V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
namespace left {
struct V1 : area<input<32, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
}  // namespace left
namespace right {
#ifdef BAD_CODE
struct V1 : left::V1 {};
using next = V1;
#else
struct V1_right : left::V1 {};
using next = V1_right;
#endif
}  // namespace right

struct Net : network<left::V1, right::next> {};
