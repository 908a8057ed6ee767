#pragma once
// The thread block of a kernel: what host_block.hpp stands in for. For nvcc alone.

#include "bfloat16.hpp"

namespace cortexpr::kernels::cuda {

class device_block {
  public:
    /// What each lane has in its registers; its own number is no index of it.
    template <class Value, int Count>
    struct per_lane {
        Value values[Count];

        __device__ Value& at(int, int i) { return values[i]; }
        __device__ const Value& at(int, int i) const { return values[i]; }
    };

    __device__ int index() const { return static_cast<int>(blockIdx.x); }
    __device__ int count() const { return static_cast<int>(gridDim.x); }
    __device__ int threads() const { return static_cast<int>(blockDim.x); }
    __device__ int warps() const { return static_cast<int>(blockDim.x / 32); }
    __device__ unsigned char* shared() const {
        extern __shared__ uint4 memory[];
        return reinterpret_cast<unsigned char*>(memory);
    }

    template <class Body>
    __device__ void for_each_thread(Body body) {
        body(static_cast<int>(threadIdx.x));
        __syncthreads();
    }
    template <class Body>
    __device__ void for_each_warp(Body body) {
        body(static_cast<int>(threadIdx.x / 32));
        __syncthreads();
    }
    template <class Body>
    static __device__ void for_each_lane(Body body) {
        body(static_cast<int>(threadIdx.x % 32));
    }

    static __device__ void multiply(per_lane<float, 4>& sums, const per_lane<std::uint32_t, 4>& left,
                                    const per_lane<std::uint32_t, 4>& right, int first) {
        float* c = sums.values;
        const std::uint32_t *a = left.values, *b = right.values + first;
        asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
            "{%0, %1, %2, %3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    }

    template <bool Transposed>
    static __device__ void load_matrices(per_lane<std::uint32_t, 4>& to, const per_lane<const bfloat16*, 1>& rows) {
        const auto address = static_cast<std::uint32_t>(__cvta_generic_to_shared(rows.values[0]));
        std::uint32_t* r = to.values;
        // Volatile and with memory named: not to be moved over a barrier.
        if constexpr (Transposed) {
            asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                         : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                         : "r"(address)
                         : "memory");
        } else {
            asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                         : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                         : "r"(address)
                         : "memory");
        }
    }

    template <class Value, int Count>
    static __device__ per_lane<Value, Count> exchanged(const per_lane<Value, Count>& values, int mask) {
        per_lane<Value, Count> result;
        CORTEXPR_UNROLL
        for (int i = 0; i < Count; ++i) result.values[i] = __shfl_xor_sync(~0U, values.values[i], mask);
        return result;
    }
};

}  // namespace cortexpr::kernels::cuda
