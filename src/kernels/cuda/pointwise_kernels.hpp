#pragma once
// The fused tier's kernels, for maps of Storage (float or bfloat16).

#include "maxima.hpp"
#include "pointwise.hpp"
#include "sums.hpp"

namespace cortexpr::kernels::cuda {

template <class Storage>
CORTEXPR_DEVICE float element(const void* map, std::ptrdiff_t i) {
    return map == nullptr ? 0.0F : widened(static_cast<const Storage*>(map)[i]);
}
template <class Storage>
CORTEXPR_DEVICE void set_element(void* map, std::ptrdiff_t i, float value) {
    static_cast<Storage*>(map)[i] = stored<Storage>(value);
}

/// Where the rate of an element stands: by channel, or by place of one image.
CORTEXPR_DEVICE inline std::ptrdiff_t rate_index(const map_sizes& sizes, bool by_place, std::ptrdiff_t i) {
    return i % (by_place ? sizes.grid() * sizes.channels : sizes.channels);
}

/// visit(i) for each i below `size` that falls to this block.
template <class Block, class Visitor>
CORTEXPR_DEVICE void for_each_element(Block& block, std::ptrdiff_t size, Visitor visit) {
    block.for_each_thread([&](int thread) {
        const auto stride = std::ptrdiff_t{block.count()} * block.threads();
        for (auto i = std::ptrdiff_t{block.index()} * block.threads() + thread; i < size; i += stride) visit(i);
    });
}

template <class Storage, class Block>
CORTEXPR_DEVICE void step_map(Block& block, const map_step_job& job) {
    const auto& sizes = job.sizes;
    for_each_element(block, sizes.size(), [&](std::ptrdiff_t i) {
        const int channel = static_cast<int>(i % sizes.channels);
        const float drive = element<Storage>(job.drive, i) + element<Storage>(job.static_drive, i) +
                            (job.bias == nullptr ? 0.0F : job.bias[channel]);
        with_name(nonlinearity(job.nonlinearities[channel]), [&](auto name) {
            constexpr auto known = decltype(name)::value;
            const float value = value_of<known>(drive);
            const float rate = job.rate[rate_index(sizes, job.rate_by_place, i)];
            set_element<Storage>(job.after, i, leaky_step(element<Storage>(job.before, i), value, rate));
            if (job.kept != nullptr) set_element<Storage>(job.kept, i, tells_slope<known> ? value : drive);
        });
    });
}

/// The adjoint of one element's step.
template <class Storage>
CORTEXPR_DEVICE leaky_adjoint<float> step_adjoint_at(const map_step_adjoint_job& job, std::ptrdiff_t i) {
    const int channel = static_cast<int>(i % job.sizes.channels);
    const float kept = element<Storage>(job.kept, i);
    return with_name(nonlinearity(job.nonlinearities[channel]), [&](auto name) {
        constexpr auto known = decltype(name)::value;
        return leaky_step_adjoint(element<Storage>(job.after_adjoint, i), element<Storage>(job.before, i),
                                  value_again<known>(kept), slope_of<known>(kept),
                                  job.rate[rate_index(job.sizes, job.rate_by_place, i)]);
    });
}

/// Adjoints of a block's run of places; its sums for each channel go to its slice: biases, then rates. Shared memory:
/// two floats for each thread.
template <class Storage, class Block>
CORTEXPR_DEVICE void step_map_adjoint(Block& block, const map_step_adjoint_job& job) {
    const int channels = job.sizes.channels, threads = block.threads();
    const int lanes = channels < threads ? channels : threads, rows = threads / lanes;
    const run_of<std::ptrdiff_t> places(block.index(), block.count(), job.sizes.places());
    auto* bias_sums = reinterpret_cast<float*>(block.shared());
    float* rate_sums = bias_sums + threads;
    float* slice = job.partial + std::ptrdiff_t{block.index()} * 2 * channels;
    for (int first = 0; first < channels; first += lanes) {
        block.for_each_thread([&](int thread) {
            const int channel = first + thread % lanes, row = thread / lanes;
            float by_bias = 0, by_rate = 0;
            if (channel < channels && row < rows)
                for (auto place = places.first + row; place < places.last; place += rows) {
                    const auto i = place * channels + channel;
                    const auto adjoint = step_adjoint_at<Storage>(job, i);
                    set_element<Storage>(job.drive_adjoint, i, adjoint.drive);
                    if (job.before_adjoint != nullptr) set_element<Storage>(job.before_adjoint, i, adjoint.before);
                    if (job.static_drive_adjoint != nullptr) job.static_drive_adjoint[i] += adjoint.drive;
                    by_bias += adjoint.drive;
                    by_rate += adjoint.rate;
                }
            bias_sums[thread] = by_bias;
            rate_sums[thread] = by_rate;
        });
        block.for_each_thread([&](int thread) {
            if (thread >= lanes || first + thread >= channels) return;
            float by_bias = 0, by_rate = 0;
            for (int row = 0; row < rows; ++row) {
                by_bias += bias_sums[row * lanes + thread];
                by_rate += rate_sums[row * lanes + thread];
            }
            slice[first + thread] = by_bias;
            slice[channels + first + thread] = by_rate;
        });
    }
}

/// Gradients of rates by place: over the images in their order. Runs before step_map_adjoint, which may write over
/// the adjoints that it reads.
template <class Storage, class Block>
CORTEXPR_DEVICE void place_rate_adjoint(Block& block, const map_step_adjoint_job& job) {
    const auto size = job.sizes.grid() * job.sizes.channels;
    for_each_element(block, size, [&](std::ptrdiff_t i) {
        float sum = 0;
        for (int image = 0; image < job.sizes.images; ++image)
            sum += step_adjoint_at<Storage>(job, image * size + i).rate;
        job.place_rate_gradient[i] = sum;
    });
}

/// A window of adaptive pooling along one side.
struct pool_window {
    int first, last;

    CORTEXPR_DEVICE pool_window(int index, int size, int windows)
        : first(index * size / windows), last(((index + 1) * size + windows - 1) / windows) {}
};

/// One window of one image for each block. Shared memory: a float and an int for each thread.
template <class Storage, class Block>
CORTEXPR_DEVICE void find_map_maxima(Block& block, const map_maxima_job& job) {
    const auto& sizes = job.sizes;
    const int windows = job.pool_height * job.pool_width, channels = sizes.channels, threads = block.threads();
    const int image = block.index() / windows, window = block.index() % windows;
    const pool_window y(window / job.pool_width, sizes.height, job.pool_height);
    const pool_window x(window % job.pool_width, sizes.width, job.pool_width);
    const int lanes = channels < threads ? channels : threads, rows = threads / lanes;
    const int width = x.last - x.first, count = (y.last - y.first) * width;
    auto* values = reinterpret_cast<float*>(block.shared());
    auto* places = reinterpret_cast<int*>(values + threads);
    for (int first = 0; first < channels; first += lanes) {
        block.for_each_thread([&](int thread) {
            const int channel = first + thread % lanes, row = thread / lanes;
            places[thread] = -1;
            if (channel >= channels || row >= rows) return;
            for (int i = row; i < count; i += rows) {
                const int place = (y.first + i / width) * sizes.width + x.first + i % width;
                const float value = element<Storage>(job.map, (image * sizes.grid() + place) * channels + channel);
                if (places[thread] >= 0 && !is_better(value, place, values[thread], places[thread])) continue;
                values[thread] = value;
                places[thread] = place;
            }
        });
        block.for_each_thread([&](int thread) {
            if (thread >= lanes || first + thread >= channels) return;
            int best = thread;  // the first row has a place in every window
            for (int other = thread + lanes; other < rows * lanes; other += lanes)
                if (places[other] >= 0 && is_better(values[other], places[other], values[best], places[best]))
                    best = other;
            const auto entry = (std::ptrdiff_t{image} * channels + first + thread) * windows + window;
            job.features[entry] = values[best];
            job.places[entry] = places[best];
        });
    }
}

/// A block's images, one after the other: first the gradients of weights and biases, each owned by one thread; then the
/// states' adjoints, feature by feature, since features may share a place.
template <class Storage, class Block>
class maxima_adjoint {
  public:
    CORTEXPR_DEVICE maxima_adjoint(Block& block, const maxima_adjoint_job& job, std::ptrdiff_t gradient_size)
        : block_(block),
          job_(job),
          taps_(job.kernel_height * job.kernel_width),
          size_(gradient_size),
          slice_(job.partial + block.index() * gradient_size) {}

    CORTEXPR_DEVICE void run() {
        block_.for_each_thread([&](int thread) {
            for (std::ptrdiff_t i = thread; i < size_; i += block_.threads()) slice_[i] = 0;
        });
        const run_of<int> images(block_.index(), block_.count(), job_.states.images);
        for (int image = images.first; image < images.last; ++image) {
            add_gradients(image);
            for (int feature = 0; feature < job_.outputs * job_.windows; ++feature) add_state_adjoint(image, feature);
        }
    }

  private:
    CORTEXPR_DEVICE std::ptrdiff_t entry(int image, int feature) const {
        return std::ptrdiff_t{image} * job_.outputs * job_.windows + feature;
    }

    /// The element of a channel which a feature saw through a tap; -1 outside the map.
    CORTEXPR_DEVICE std::ptrdiff_t seen(int image, int feature, int tap, int channel) const {
        const auto& sizes = job_.states;
        const int place = job_.places[entry(image, feature)];
        const int y = place / sizes.width + tap / job_.kernel_width - job_.kernel_height / 2;
        const int x = place % sizes.width + tap % job_.kernel_width - job_.kernel_width / 2;
        if (y < 0 || y >= sizes.height || x < 0 || x >= sizes.width) return -1;
        return ((std::ptrdiff_t{image} * sizes.height + y) * sizes.width + x) * sizes.channels + channel;
    }

    CORTEXPR_DEVICE void add_gradients(int image) {
        const int channels = job_.states.channels, weights = taps_ * channels * job_.outputs;
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < weights + job_.outputs; i += block_.threads()) {
                const int output = i % job_.outputs, row = i / job_.outputs;
                float sum = slice_[i];
                for (int feature = output * job_.windows; feature < (output + 1) * job_.windows; ++feature) {
                    const float adjoint = job_.feature_adjoint[entry(image, feature)];
                    if (i >= weights) {
                        sum += adjoint;
                        continue;
                    }
                    const auto source = seen(image, feature, row / channels, row % channels);
                    if (source >= 0) sum += adjoint * element<Storage>(job_.map, source);
                }
                slice_[i] = sum;
            }
        });
    }

    CORTEXPR_DEVICE void add_state_adjoint(int image, int feature) {
        const int channels = job_.states.channels;
        const float adjoint = job_.feature_adjoint[entry(image, feature)];
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < taps_ * channels; i += block_.threads()) {
                const auto to = seen(image, feature, i / channels, i % channels);
                if (to < 0) continue;
                const float weight = job_.weights[i * job_.outputs + feature / job_.windows];
                set_element<Storage>(job_.state_adjoint, to,
                                     element<Storage>(job_.state_adjoint, to) + adjoint * weight);
            }
        });
    }

    Block& block_;
    const maxima_adjoint_job& job_;
    int taps_;
    std::ptrdiff_t size_;
    float* slice_;
};

}  // namespace cortexpr::kernels::cuda
