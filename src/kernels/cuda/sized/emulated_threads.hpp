#pragma once
// A GPU's threads on the CPU, for the sized kernels' tests: each thread of a block has a stack of its own and runs
// until it waits for others, in ascending or in descending order: both must give the same bits, for what depends on the
// order lacks a barrier. What a warp does together is done when its last lane arrives, by what the PTX manual says of
// it.
//
// Bulk copies are done as late as the manual allows: those into shared memory when a thread waits for them, those out
// of it when their thread waits. Until then their target holds NaN. So a missing wait shows.

#include <cstddef>
#include <cstdint>
#include <functional>

namespace cortexpr::kernels::cuda::sized {

enum class thread_order : std::uint8_t { ascending, descending };

/// Runs body() as each thread of one block. Throws std::logic_error where threads wait for what never comes, and where
/// bytes that were announced aren't those that were copied.
void run_block(int index, int count, int threads, std::size_t shared_bytes, thread_order order,
               const std::function<void()>& body);

int thread_index();
int thread_count();
int block_index();
int block_count();
unsigned char* shared_memory();
std::uint32_t shared_address(const void* pointer);
void barrier();
void warp_barrier();
float shuffled(float value, int mask);
int shuffled(int value, int mask);

float fused(float a, float b, float c);
float tanh_of(float x);
void multiply(float (&sums)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1);
void load_matrices(std::uint32_t (&to)[4], std::uint32_t from);
void load_transposed(std::uint32_t (&to)[4], std::uint32_t from);

words2 shared_words2(std::uint32_t from);
words4 shared_words4(std::uint32_t from);
void put_shared(std::uint32_t to, words2 words);
float shared_float(std::uint32_t from);
void put_shared(std::uint32_t to, float value);

void start_copy_barrier(std::uint32_t barrier);
void expect_bytes(std::uint32_t barrier, std::uint32_t bytes);
void copy_in(std::uint32_t to, const void* from, std::uint32_t bytes, std::uint32_t barrier);
void wait_for_copies(std::uint32_t barrier, std::uint32_t parity);
void copy_out(void* to, std::uint32_t from, std::uint32_t bytes);
void wait_until_copied_out();
void order_before_copies();
void fetch_ahead(const void* from, std::uint32_t bytes);

}  // namespace cortexpr::kernels::cuda::sized
