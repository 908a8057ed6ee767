// What the kernels' headers use of the standard library: NVRTC has none.
namespace std {

using int8_t = signed char;
using int16_t = short;
using int32_t = int;
using int64_t = long;
using uint8_t = unsigned char;
using uint16_t = unsigned short;
using uint32_t = unsigned int;
using uint64_t = unsigned long;
using uintptr_t = unsigned long;
using size_t = unsigned long;
using ptrdiff_t = long;

template <class Type, Type Value>
struct integral_constant {
    static constexpr Type value = Value;
};
template <class A, class B>
inline constexpr bool is_same_v = false;
template <class A>
inline constexpr bool is_same_v<A, A> = true;

__device__ inline float exp(float x) { return ::expf(x); }
__device__ inline float expm1(float x) { return ::expm1f(x); }
__device__ inline float log1p(float x) { return ::log1pf(x); }
__device__ inline float erfc(float x) { return ::erfcf(x); }
__device__ inline float tanh(float x) { return ::tanhf(x); }
__device__ inline void* memcpy(void* to, const void* from, size_t count) { return ::memcpy(to, from, count); }

}  // namespace std
