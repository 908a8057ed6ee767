#pragma once
// What a sized kernel's thread does besides C++: its position among others, shared memory, barriers, tensor cores'
// products and their operands, bulk copies. For nvcc and NVRTC; emulated_threads.hpp stands in for it on the CPU.

#include "../bfloat16.hpp"

namespace cortexpr::kernels::cuda::sized {

__device__ inline int thread_index() { return static_cast<int>(threadIdx.x); }
__device__ inline int thread_count() { return static_cast<int>(blockDim.x); }
__device__ inline int block_index() { return static_cast<int>(blockIdx.x); }
__device__ inline int block_count() { return static_cast<int>(gridDim.x); }
__device__ inline unsigned char* shared_memory() {
    extern __shared__ uint4 memory[];
    return reinterpret_cast<unsigned char*>(memory);
}
/// As instructions name it.
__device__ inline std::uint32_t shared_address(const void* pointer) {
    return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer));
}
/// Waits for all threads of a block; of a warp.
__device__ inline void barrier() { __syncthreads(); }
__device__ inline void warp_barrier() { __syncwarp(); }
/// The value of the lane whose number differs in `mask`.
template <class Value>
__device__ Value shuffled(Value value, int mask) {
    return __shfl_xor_sync(~0U, value, mask);
}

__device__ inline float fused(float a, float b, float c) { return fmaf(a, b, c); }
/// To 2^-11, in one instruction.
__device__ inline float tanh_of(float x) {
    float result;
    asm("tanh.approx.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}

/// sums += a * b: mma.sync.m16n8k16 of bfloat16.
__device__ inline void multiply(float (&sums)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3},{%4,%5,%6,%7},{%8,%9},{%0,%1,%2,%3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
/// Four 8 x 8 matrices of bfloat16, whose rows lie where lanes 8 m to 8 m + 7 point.
__device__ inline void load_matrices(std::uint32_t (&to)[4], std::uint32_t from) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3},[%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(from)
                 : "memory");
}
__device__ inline void load_transposed(std::uint32_t (&to)[4], std::uint32_t from) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3},[%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(from)
                 : "memory");
}

__device__ inline words2 shared_words2(std::uint32_t from) {
    words2 found;
    asm volatile("ld.shared.v2.u32 {%0,%1},[%2];" : "=r"(found.x), "=r"(found.y) : "r"(from) : "memory");
    return found;
}
__device__ inline words4 shared_words4(std::uint32_t from) {
    words4 found;
    asm volatile("ld.shared.v4.u32 {%0,%1,%2,%3},[%4];"
                 : "=r"(found.x), "=r"(found.y), "=r"(found.z), "=r"(found.w)
                 : "r"(from)
                 : "memory");
    return found;
}
__device__ inline void put_shared(std::uint32_t to, words2 words) {
    asm volatile("st.shared.v2.u32 [%0],{%1,%2};" ::"r"(to), "r"(words.x), "r"(words.y) : "memory");
}
__device__ inline float shared_float(std::uint32_t from) {
    float found;
    asm volatile("ld.shared.f32 %0,[%1];" : "=f"(found) : "r"(from) : "memory");
    return found;
}
__device__ inline void put_shared(std::uint32_t to, float value) {
    asm volatile("st.shared.f32 [%0],%1;" ::"r"(to), "f"(value) : "memory");
}

// Bulk copies. One thread starts them; those into shared memory end where threads wait for their barrier, those out of
// it have read when the thread that started them has waited.
__device__ inline void start_copy_barrier(std::uint32_t barrier) {
    asm volatile("mbarrier.init.shared.b64 [%0], 1;" ::"r"(barrier));
}
/// Before the copies of this many bytes, once for each parity.
__device__ inline void expect_bytes(std::uint32_t barrier, std::uint32_t bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes) : "memory");
}
__device__ inline void copy_in(std::uint32_t to, const void* from, std::uint32_t bytes, std::uint32_t barrier) {
    asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(to),
                 "l"(from), "r"(bytes), "r"(barrier)
                 : "memory");
}
__device__ inline void wait_for_copies(std::uint32_t barrier, std::uint32_t parity) {
    asm volatile(
        "{\n.reg .pred p;\nagain%=: mbarrier.try_wait.parity.shared.b64 p, [%0], %1;\n@!p bra again%=;\n}" ::"r"(
            barrier),
        "r"(parity)
        : "memory");
}
__device__ inline void copy_out(void* to, std::uint32_t from, std::uint32_t bytes) {
    asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;\ncp.async.bulk.commit_group;" ::"l"(to),
                 "r"(from), "r"(bytes)
                 : "memory");
}
__device__ inline void wait_until_copied_out() { asm volatile("cp.async.bulk.wait_group.read 0;" ::: "memory"); }
/// Between what threads wrote and a bulk copy that reads it.
__device__ inline void order_before_copies() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }
/// Into the second-level cache.
__device__ inline void fetch_ahead(const void* from, std::uint32_t bytes) {
    asm volatile("cp.async.bulk.prefetch.L2.global [%0], %1;" ::"l"(from), "r"(bytes));
}

}  // namespace cortexpr::kernels::cuda::sized
